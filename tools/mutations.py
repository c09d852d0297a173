"""Small faults of a module, one at a time: signs, operators, comparisons, numbers, functions, statements left out."""

import ast

BINARY = {
    ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*", ast.Pow: "*", ast.FloorDiv: "*", ast.Mod: "//",
    ast.LShift: ">>", ast.RShift: "<<", ast.BitAnd: "|", ast.BitOr: "&", ast.BitXor: "&",
}  # fmt: skip
COMPARE = {
    ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "==",
    ast.Is: "is not", ast.IsNot: "is", ast.In: "not in", ast.NotIn: "in",
}  # fmt: skip
SWAPPED = [
    ("sin", "cos"), ("real", "imag"), ("min", "max"), ("argmin", "argmax"), ("minimum", "maximum"), ("ones", "zeros"),
    ("log", "exp"), ("floor", "ceil"), ("any", "all"), ("append", "extend"), ("mean", "sum"), ("hypot", "arctan2"),
    ("ones_like", "zeros_like"),
]  # fmt: skip
NAMES = dict(SWAPPED) | {two: one for one, two in SWAPPED}
LEFT_OUT = (ast.AugAssign, ast.Raise, ast.Break, ast.Continue)


class _Finder(ast.NodeVisitor):
    """Collects the mutants of a module: what stands where, and what is put in its place."""

    def __init__(self, text):
        self.lines = text.splitlines(keepends=True)
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line))
        self.text, self.found = text, []

    def at(self, line, column):
        """Place in the text; columns are counted in bytes."""
        return self.starts[line - 1] + len(self.lines[line - 1].encode()[:column].decode())

    def span(self, node):
        return self.at(node.lineno, node.col_offset), self.at(node.end_lineno, node.end_col_offset)

    def put(self, node, start, end, new):
        self.found.append((node.lineno, start, end, new))

    def between(self, node, left, right, operator):
        """Another operator between two operands."""
        start, end = self.span(left)[1], self.span(right)[0]
        gap = self.text[start:end]
        old = gap.strip(" ()\n\\")
        self.put(node, start, end, gap.replace(old, operator, 1))

    def visit_BinOp(self, node):
        if type(node.op) in BINARY:
            self.between(node, node.left, node.right, BINARY[type(node.op)])
        self.generic_visit(node)

    def visit_BoolOp(self, node):
        for left, right in zip(node.values, node.values[1:], strict=False):
            self.between(node, left, right, "and" if isinstance(node.op, ast.Or) else "or")
        self.generic_visit(node)

    def visit_Compare(self, node):
        for left, operator, right in zip([node.left, *node.comparators], node.ops, node.comparators, strict=False):
            self.between(node, left, right, COMPARE[type(operator)])
        self.generic_visit(node)

    def visit_UnaryOp(self, node):
        start, _ = self.span(node)
        self.put(node, start, self.span(node.operand)[0], "")
        self.visit(node.operand)

    def visit_Constant(self, node):
        start, end = self.span(node)
        if isinstance(node.value, bool):
            self.put(node, start, end, str(not node.value))
        elif isinstance(node.value, int | float):
            self.put(node, start, end, repr(node.value + 1))
        elif isinstance(node.value, complex):
            self.put(node, start, end, repr(-node.value))

    def visit_Attribute(self, node):
        if node.attr in NAMES:
            _, end = self.span(node)
            self.put(node, end - len(node.attr), end, NAMES[node.attr])
        self.generic_visit(node)

    def visit_Call(self, node):
        if isinstance(node.func, ast.Name) and node.func.id in NAMES:
            self.put(node, *self.span(node.func), NAMES[node.func.id])
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("conj", "conjugate", "copy") and not node.args:
            self.put(node, self.span(node.func.value)[1], self.span(node)[1], "")
        elif len(node.args) == 2 and not any(isinstance(arg, ast.Starred) for arg in node.args):
            (a, b), (c, d) = map(self.span, node.args)
            self.put(node, a, d, f"{self.text[c:d]}{self.text[b:c]}{self.text[a:b]}")
        self.generic_visit(node)

    def visit_If(self, node):
        start, end = self.span(node.test)
        self.put(node, start, end, f"not ({self.text[start:end]})")
        self.generic_visit(node)

    def visit_IfExp(self, node):
        self.visit_If(node)

    def visit_FunctionDef(self, node):
        for part in [node.args, *node.body]:
            self.leave_out(part)
            self.visit(part)

    def visit_arg(self, node):
        """No types."""

    def visit_AnnAssign(self, node):
        if node.value is not None:
            self.visit(node.value)

    def visit_JoinedStr(self, node):
        """No messages."""

    def visit_Raise(self, node):
        """No messages."""

    def generic_visit(self, node):
        for _, statements in ast.iter_fields(node):
            if isinstance(statements, list):
                for statement in statements:
                    self.leave_out(statement)
        super().generic_visit(node)

    def leave_out(self, node):
        """A statement that is not there."""
        stored = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript)
        called = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
        if isinstance(node, LEFT_OUT) or stored or called:
            self.put(node, *self.span(node), "pass")


def without_effect(node):
    """Imports, and what only type checkers see."""
    typing = isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    return typing or isinstance(node, ast.Import | ast.ImportFrom)


def mutants(text):
    """All mutants of a module, in order: line, start, end, and what is put there."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        for field in ("body", "orelse"):
            part = getattr(node, field, None)
            if isinstance(part, list):
                setattr(node, field, [s for s in part if not without_effect(s)])
    finder = _Finder(text)
    finder.visit(tree)
    found = sorted(set(finder.found))
    return [m for m in found if compiles(text[: m[1]] + m[3] + text[m[2] :]) and text[m[1] : m[2]] != m[3]]


def compiles(text):
    """Whether it is Python at all."""
    try:
        compile(text, "mutant", "exec")
    except (SyntaxError, ValueError):
        return False
    return True
