"""The explorers in a browser: their numbers against `oile`, their controls by keyboard, mouse and finger.

The scripts' physics is run in the page itself, from the built book on the disc, and compared with the package for
settings of its own. Without Chromium the tests are skipped, except on a CI machine.
"""

import numpy as np
import pytest
from notebooks import ROOT

from oile import (
    Ensemble,
    bipolar,
    encounter,
    ensemble_rhs,
    even_velocities,
    foreground,
    medium_rhs,
    simulate_many,
    solve,
)

HTML = ROOT / "_build" / "html"


@pytest.fixture(scope="module")
def physics(browser):
    """A page that has the core script, and nothing else to do."""
    page = browser.new_page()
    page.add_script_tag(path=HTML / "play" / "core.js")
    yield page.evaluate
    page.close()


@pytest.fixture
def explore(browser):
    """Open an explorer's page with an address, complain about what it complains about."""
    contexts, complaints = [], []

    def open_page(name, address="", **settings):
        context = browser.new_context(**{"viewport": {"width": 1200, "height": 900}, **settings})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto((HTML / "play" / f"{name}.html").as_uri() + address)
        page.wait_for_function("document.querySelector('.explorer').explorer")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints


def value(page, name):
    return page.evaluate(f"document.querySelector('.explorer').explorer.fields.values.{name}")


def finished(page):
    page.wait_for_function("document.querySelector('.explorer').dataset.complete === 'true'")


def unit(rng, n):
    v = rng.standard_normal((n, 3))
    return v / np.linalg.norm(v, axis=1, keepdims=True)


def to_gas(gas):
    """An `Ensemble` as a gas of the script."""
    arrays = {"P": gas.P.ravel(), "omega": gas.omega, "velocity": gas.velocity.ravel()}
    fields = ", ".join(f"{name}: Float64Array.from({list(map(float, array))})" for name, array in arrays.items())
    return f"{{N: {gas.N}, n_e: {gas.N // 2}, {fields}}}"


def of(flat):
    return np.reshape(flat, (-1, 3))


# one encounter


def test_an_encounter_is_that_of_the_package(physics):
    rng = np.random.default_rng(11)
    P, Q = (rng.uniform(0, 1, (200, 1)) * unit(rng, 200) for _ in range(2))
    gamma, g, dt = rng.uniform(0, 3, 200), rng.uniform(0, 2, 200), rng.uniform(0, 3, 200)
    omega = rng.uniform(-2, 2, (2, 200)) * rng.choice([0, 1], 200)
    cases = [list(map(float, (*P[i], *Q[i], gamma[i], g[i], *omega[:, i], dt[i]))) for i in range(200)]
    after = physics(
        "cases => cases.map(x => oile.encounter(x.slice(0, 3), x.slice(3, 6), x[6],"
        " {g: x[7], omega: [x[8], x[9]], dt: x[10]}))",
        cases,
    )
    wanted = np.stack(encounter(P, Q, gamma, g=g, omega=tuple(omega), dt=dt), axis=1)
    assert np.abs(np.array(after) - wanted).max() < 1e-14


def test_information_and_entanglement_are_those_of_qutip(physics):
    from qutip import entropy_mutual, negativity, qeye, sigmax, sigmay, sigmaz, tensor

    from oile.states import density

    exchange = sum(tensor(s, s) for s in (sigmax(), sigmay(), sigmaz()))
    rng = np.random.default_rng(12)
    entangled = 0
    for k in range(25):
        length = 1.0 if k % 2 else rng.uniform(0.5, 1)
        (P, Q), gamma, (wa, wb) = length * unit(rng, 2), rng.uniform(0, 3), rng.uniform(-3, 3, 2)
        H = -wa / 2 * tensor(sigmaz(), qeye(2)) - wb / 2 * tensor(qeye(2), sigmaz()) + exchange / 2
        U = (-1j * gamma * H).expm()
        rho = U * tensor(density(P), density(Q)) * U.dag()
        mine = physics("x => oile.correlation(...x)", [P.tolist(), Q.tolist(), gamma, {"omega": [wa, wb]}])
        assert abs(mine["information"] - entropy_mutual(rho, 0, 1, base=2)) < 1e-9
        assert abs(mine["negativity"] - negativity(rho, 0)) < 1e-9
        entangled += mine["negativity"] > 0.01
    assert 5 < entangled < 25


# a neutrino in a medium


@pytest.mark.parametrize("q", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("gamma", [0.013, 0.7, 1.57])
def test_the_medium_is_that_of_the_package(physics, q, gamma):
    Q, P0, n = [0.6 * q, 0.0, 0.8 * q], [0.1, -0.5, 0.7], [0, 1, 7, 400]
    chain = physics("x => x[3].map(n => oile.foreground(x[0], x[1], x[2], n))", [P0, Q, gamma, n])
    assert np.abs(np.array(chain) - foreground(P0, Q, gamma, n)).max() < 1e-12
    t = [0.0, 0.3, 5.0, 40.0]
    smooth = physics("x => x[3].map(t => oile.mediumEquation(x[0], x[1], x[2], t))", [P0, Q, gamma, t])
    assert np.abs(np.array(smooth) - solve(lambda P: medium_rhs(P, Q, gamma), P0, t)).max() < 1e-7


def test_the_rates_are_how_the_chain_moves(physics):
    q, gamma = 0.7, 0.4
    rates = physics(f"oile.mediumRates({q}, {gamma})")
    (along, across) = foreground([[0, 0, 1], [1, 0, 0]], [0, 0, q], gamma, 1)
    assert np.isclose(-np.log((along[2] - q) / (1 - q)) / gamma, rates["relaxation"][0], rtol=1e-12)
    turned = complex(across[0], across[1])
    assert np.isclose(-np.log(abs(turned)) / gamma, rates["decoherence"][0], rtol=1e-12)
    assert np.isclose(np.angle(turned) / gamma, rates["frequency"][0], rtol=1e-12)
    assert np.allclose([rates[name][1] for name in ("relaxation", "decoherence", "frequency")], [0.4, 0.302, 0.7])


# the gas


@pytest.mark.parametrize("N", [10, 11])
def test_the_same_pairs_give_the_same_gas(physics, N):
    rng, gamma, steps = np.random.default_rng(13), 0.3, 300
    gas = Ensemble(rng.uniform(0, 1, (N, 1)) * unit(rng, N), rng.uniform(-1, 1, N), unit(rng, N))
    met, states = physics(f"""() => {{
      const gas = new oile.Gas({to_gas(gas)}, {gamma}, {{rng: new oile.Random(5)}}), met = []
      for (let k = 0; k < {steps}; k++) {{ gas.step(); met.push(Array.from(gas.order)) }}
      return [met, Array.from(gas.P)]
    }}""")
    P, left_out = gas.P.copy(), set()
    for order in met:
        assert sorted(order) == list(range(N))
        a, b = order[: N - N % 2 : 2], order[1 : N - N % 2 : 2]
        g = 1 - np.sum(gas.velocity[a] * gas.velocity[b], axis=1)
        P[a], P[b] = encounter(P[a], P[b], gamma, g=g, omega=(gas.omega[a], gas.omega[b]))
        for c in order[N - N % 2 :]:
            left_out.add(c)
            turn = np.exp(-1j * gas.omega[c] * gamma) * complex(P[c, 0], P[c, 1])
            P[c, :2] = turn.real, turn.imag
    assert np.abs(of(states) - P).max() < 1e-12
    assert len(left_out) == (N if N % 2 else 0)


def test_every_matching_is_as_likely_as_any_other(physics):
    draws = 15000
    counts = physics(f"""() => {{
      const gas = new oile.Gas(oile.bipolar({{n_e: 6, n_x: 0, directions: "none"}}), 0.1, {{rng: new oile.Random(3)}})
      const counts = {{}}
      for (let k = 0; k < {draws}; k++) {{
        gas.step()
        const pairs = [0, 2, 4].map(i => Array.from(gas.order.slice(i, i + 2)).sort().join("")).sort().join(" ")
        counts[pairs] = (counts[pairs] || 0) + 1
      }}
      return counts
    }}""")
    counts = np.array(list(counts.values()))
    assert counts.size == 15
    chi2 = np.sum((counts - draws / 15) ** 2) / (draws / 15)
    assert chi2 < 14 + 5 * np.sqrt(28)


@pytest.mark.parametrize("poisson", [False, True])
def test_statistics_agree_with_those_of_the_package(physics, poisson):
    gamma, t, runs = 0.1, 12.0, 150
    gas = bipolar(n_e=8, n_x=5, omega_e=0.5, omega_x=-0.3, theta=0.3, velocity=even_velocities(13))

    def record(P):
        mean = P[:6].mean(axis=0)
        return np.array([*mean, np.linalg.norm(mean), np.linalg.norm(P[:6], axis=1).mean()])

    runs_of = dict(rng=np.random.default_rng(14), realizations=runs, p=0.0 if poisson else 1.0)
    package = np.array([record(P[-1]) for P in simulate_many(gas, gamma, [0.0, t], **runs_of)])
    script = physics(f"""() => Array.from({{length: {runs}}}, (_, seed) => {{
      const gas = new oile.Gas({to_gas(gas)}, {gamma}, {{poisson: {str(poisson).lower()}, rng: new oile.Random(seed)}})
      gas.advance({t})
      return Array.from(gas.P)
    }})""")
    script = np.array([record(of(P)) for P in script])
    error = np.sqrt((package.var(axis=0, ddof=1) + script.var(axis=0, ddof=1)) / runs)
    assert (np.abs(package.mean(axis=0) - script.mean(axis=0)) < 5 * error).all()
    spread = np.log(script.std(axis=0) / package.std(axis=0))
    assert (np.abs(spread) < 5 * np.sqrt(1 / runs) * 1.5).all()  # fourth moments may exceed the Gaussian ones


def test_poisson_encounters_are_as_many_as_they_should_be(physics):
    steps = physics("""() => {
      const rng = new oile.Random(8), gas = new oile.Gas(oile.bipolar({rng}), 0.01, {poisson: true, rng})
      gas.advance(4)
      return gas.steps
    }""")
    assert abs(steps - 50 * 400) < 5 * np.sqrt(50 * 400)


@pytest.mark.parametrize("poisson", [False, True])
def test_p3_of_the_gas_is_conserved_to_rounding(physics, poisson):
    P3 = physics(f"""() => {{
      const rng = new oile.Random(2), poisson = {str(poisson).lower()}
      const gas = new oile.Gas(oile.bipolar({{rng}}), 0.01, {{poisson, rng}})
      const mean = () => gas.P.reduce((sum, x, i) => sum + (i % 3 === 2 ? x / 100 : 0), 0), before = mean()
      gas.advance(50)
      return [before, mean()]
    }}""")
    assert abs(P3[1] - P3[0]) < 1e-14


@pytest.mark.parametrize(("gamma", "p"), [(0.0, 1.0), (0.2, 1.0), (0.2, 0.0)])
def test_the_average_gas_is_the_solution_of_eq_14(physics, gamma, p):
    rng = np.random.default_rng(15)
    gas = Ensemble(rng.uniform(0, 1, (9, 1)) * unit(rng, 9), rng.uniform(-1, 1, 9), 0.9 * unit(rng, 9))
    wanted = solve(lambda P: ensemble_rhs(P, gas.omega, gas.velocity, gamma, p), gas.P, [0, 3.3, 10])
    poisson = "false" if p else "true"
    errors = []
    for tolerance in (1e-7, 1e-10):
        states = physics(f"""() => {{
          const gas = new oile.Average({to_gas(gas)}, {gamma}, {{poisson: {poisson}, tolerance: {tolerance}}})
          return [3.3, 10].map(t => {{ gas.advance(t); return Array.from(gas.P) }})
        }}""")
        errors.append(np.abs([of(P) for P in states] - wanted[1:]).max())
    assert errors[0] < 1e-4
    assert errors[1] < 1e-7


@pytest.mark.parametrize("N", [1, 2, 5, 7, 40])
def test_even_directions_are_those_of_the_package(physics, N):
    assert np.abs(of(physics(f"Array.from(oile.evenVelocities({N}))")) - even_velocities(N)).max() < 1e-12


def test_the_generator_is_sfc32(physics):
    """Against the definition of PractRand, in another language."""
    mask, a, b, c, counter, words = 2**32 - 1, 0, 7, 3, 1, []
    for _ in range(25):
        word = (a + b + counter) & mask
        counter = (counter + 1) & mask
        a = b ^ (b >> 9)
        b = (c + (c << 3)) & mask
        c = (((c << 21) | (c >> 11)) + word) & mask
        words.append(word)
    seed = 3 * 2**32 + 7
    assert physics(f"(r => Array.from({{length: 10}}, () => r.word()))(new oile.Random({seed}))") == words[15:]


def test_integers_are_drawn_alike_even_if_they_do_not_divide_the_words(physics):
    n, draws = 3 * 2**30, 4000
    low = physics(f"(r => Array.from({{length: {draws}}}, () => r.below({n}) < 2 ** 30))(new oile.Random(1))")
    assert abs(np.mean(low) - 1 / 3) < 5 * np.sqrt(2 / 9 / draws)


# the pages


@pytest.mark.parametrize("name", ["gas", "medium", "encounter"])
def test_the_python_that_a_page_offers_computes_what_it_shows(explore, name):
    address = {
        "gas": "#gamma=0&ne=7&nx=5&we=0.4&theta=0.2&v=even&t=20",
        "medium": "#gamma=0.23&q=0.6&angle=50&t=20",
        "encounter": "#gamma=0.9&Pr=0.8&Ppolar=40&Pazimuth=-70&Qr=0.9&wa=0.7&wb=-1.1",
    }[name]
    page, made = explore(name, address), {}
    exec(compile(page.text_content(".explorer pre"), name, "exec"), made)
    if name == "gas":
        finished(page)
        shown = page.evaluate("Array.from(document.querySelector('.explorer').explorer.now.run.states.slice(-36))")
        assert np.abs(of(shown) - made["P"][-1]).max() < 1e-5
    elif name == "medium":
        shown = page.evaluate("document.querySelector('.explorer').explorer.now.chain")
        assert np.abs(np.array(shown) - made["P"]).max() < 1e-12
    else:
        shown = page.evaluate("document.querySelector('.explorer').explorer.now.after")
        assert np.abs(np.array(shown) - [made["P_after"], made["Q_after"]]).max() < 1e-14


@pytest.mark.parametrize(
    ("address", "shape"), [("#gamma=0.05&ne=9&nx=6&seed=4&t=10&times=poisson", 15), ("#gamma=0.05&v=none&t=10", 100)]
)
def test_the_python_of_a_gas_runs(explore, address, shape):
    made = {}
    exec(compile(explore("gas", address).text_content(".explorer pre"), "gas", "exec"), made)
    assert made["P"].shape == (601, shape, 3)


@pytest.mark.parametrize(("times", "of"), [("clockwork", "one"), ("clockwork", "e"), ("poisson", "all")])
def test_the_noise_is_that_of_the_package(explore, times, of):
    page, made = explore("noise", f"#gamma=0.2&ne=8&nx=5&theta=0.3&runs=120&t=12&times={times}&of={of}"), {}
    exec(compile(page.text_content(".explorer pre"), "noise", "exec"), made)
    finished(page)
    package = made["mean"][:, -1]
    mine = page.evaluate("(e => e.together(e.now.count))(document.querySelector('.explorer').explorer)")
    spread = np.sqrt(package.var(axis=0, ddof=1).sum())
    assert mine["n"] == len(package) == 120
    assert np.linalg.norm(package.mean(axis=0) - mine["mean"]) < 5 * spread * np.sqrt(2 / 120)
    assert abs(np.log(mine["spread"] / spread)) < 5 * 1.5 * np.sqrt(1 / 120)


def test_what_is_copied_arrives(explore):
    page = explore("encounter", "#gamma=0.3", permissions=["clipboard-read", "clipboard-write"])
    for button, wanted in (("Copy the Python", "encounter(P, Q, 0.3"), ("Copy a link", "encounter.html#gamma=0.3")):
        page.get_by_role("button", name=button).click()
        page.wait_for_function("/copied/.test(document.querySelector('.takeaway [role=status]').textContent)")
        assert wanted in page.evaluate("navigator.clipboard.readText()")


def test_the_state_is_in_the_address(explore):
    page = explore("gas", "#gamma=0.05&seed=3&v=even&nx=banana&t=1e9&of=nobody")
    assert [value(page, name) for name in ("gamma", "seed", "v", "nx", "t", "of")] == [0.05, 3, "even", 40, 10000, "e"]
    assert page.get_by_label("Seed", exact=True).input_value() == "3"
    page.get_by_role("button", name="γ = 0.1", exact=True).click()
    page.wait_for_function("location.hash.includes('gamma=0.1') && location.hash.includes('seed=3')")
    assert "nx" not in page.evaluate("location.hash")
    page.evaluate("location.hash = '#gamma=0.3&ne=5'")
    page.wait_for_function("document.querySelector('.explorer').explorer.fields.values.ne === 5")
    assert [value(page, name) for name in ("gamma", "seed", "v")] == [0.3, 1, "random"]
    finished(page)
    again = explore("gas", page.evaluate("location.hash"))
    finished(again)
    states = "Array.from(document.querySelector('.explorer').explorer.now.run.states)"
    assert page.evaluate(states) == again.evaluate(states)


def test_all_can_be_done_from_the_keyboard(explore):
    page = explore("gas", "#ne=6&nx=4&t=50&gamma=0.1")
    finished(page)
    page.get_by_label("γ, phase of an encounter, slider").focus()
    page.keyboard.press("ArrowLeft")
    assert 0.09 < value(page, "gamma") < 0.1
    page.keyboard.press("Home")
    assert value(page, "gamma") == 0
    page.get_by_label("γ, phase of an encounter", exact=True).fill("0.02")
    assert value(page, "gamma") == 0.02
    at = "document.querySelector('.explorer').explorer.film.at"
    page.get_by_role("button", name="Start").press("Enter")
    assert page.evaluate(at) == 0
    page.get_by_role("button", name="Step").press("Space")
    assert page.evaluate(at) == pytest.approx(50 / 600)
    page.get_by_role("button", name="Play").press("Enter")
    page.wait_for_function(f"{at} > 1")
    page.get_by_role("button", name="Pause").press("Enter")
    halted = page.evaluate(at)
    page.wait_for_timeout(200)
    assert page.evaluate(at) == halted < 50
    page.wait_for_function("document.querySelector('.told').textContent.includes('γ = 0.02')")


def test_curves_can_be_kept_and_dropped(explore):
    page = explore("gas", "#ne=6&nx=4&t=20&gamma=0.1")
    group = page.get_by_role("group", name="Curves to compare with")
    for gamma in ("0.2", "0.3"):
        group.get_by_role("button", name="Keep these curves").click()
        page.get_by_label("γ, phase of an encounter", exact=True).fill(gamma)
    assert group.locator("span").text_content() == "dotted: γ = 0.1, dashed: γ = 0.2"
    page.get_by_role("button", name="All three").click()
    assert group.locator("span").text_content() == "dotted: γ = 0.1, dashed: γ = 0.01"
    assert value(page, "gamma") == 0.001
    group.get_by_role("button", name="Drop them").click()
    assert group.locator("span").text_content() == ""
    finished(page)


def test_reduced_motion_shows_the_end_at_once(explore):
    page = explore("gas", "#ne=6&nx=4&t=50", reduced_motion="reduce")
    page.get_by_role("button", name="Start").click()
    page.get_by_role("button", name="Play").click()
    assert page.evaluate("document.querySelector('.explorer').explorer.film.at") == 50


def test_a_vector_can_be_pulled(explore):
    page = explore("encounter")
    box = page.locator(".sphere canvas").bounding_box()
    sphere = "document.querySelector('.explorer').explorer.sphere"
    x, y, _ = page.evaluate(f"{sphere}.project([0, 0, 1])")
    page.mouse.move(box["x"] + x, box["y"] + y)
    page.mouse.down()
    page.mouse.move(box["x"] + x + 30, box["y"] + y + 60, steps=3)
    page.mouse.up()
    P = page.evaluate("document.querySelector('.explorer').explorer.now.P")
    seen = page.evaluate(f"{sphere}.project({P})")
    assert np.hypot(seen[0] - x - 30, seen[1] - y - 60) < 3
    assert float(page.get_by_label("Angle from P₃ [°]", exact=True).first.input_value()) > 5


def test_a_finger_pulls_a_vector_and_does_not_scroll(explore):
    page = explore("encounter", has_touch=True, is_mobile=True, viewport={"width": 400, "height": 900})
    canvas = page.locator(".sphere canvas")
    canvas.scroll_into_view_if_needed()
    box, touch = canvas.bounding_box(), page.context.new_cdp_session(page)
    x, y, _ = page.evaluate("document.querySelector('.explorer').explorer.sphere.project([0, 0, 1])")
    scrolled = page.evaluate("scrollY")
    points = [{"x": box["x"] + x, "y": box["y"] + y + 10 * k} for k in range(8)]
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points[:1]})
    for point in points[1:]:
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    P = page.evaluate("document.querySelector('.explorer').explorer.now.P")
    assert page.evaluate(f"document.querySelector('.explorer').explorer.sphere.project({P})")[1] > y + 50
    assert page.evaluate("scrollY") == scrolled


def test_a_finger_turns_the_sphere(explore):
    page = explore("medium", has_touch=True, is_mobile=True, viewport={"width": 400, "height": 900})
    canvas = page.locator(".sphere canvas")
    canvas.scroll_into_view_if_needed()
    box, touch = canvas.bounding_box(), page.context.new_cdp_session(page)
    before = page.get_by_label("Turn").input_value()
    points = [{"x": box["x"] + 100 + 10 * k, "y": box["y"] + 60} for k in range(8)]
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points[:1]})
    for point in points[1:]:
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert page.get_by_label("Turn").input_value() != before


@pytest.mark.parametrize("name", ["gas", "medium", "encounter", "noise"])
def test_without_scripts_and_in_print_there_is_a_picture(browser, explore, name):
    page = explore(name)
    assert page.locator(".live").is_visible()
    assert not page.locator(".still img").first.is_visible()
    page.emulate_media(media="print")
    assert not page.locator(".live").is_visible()
    assert page.locator(".still img").first.is_visible()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((HTML / "play" / f"{name}.html").as_uri())
    assert page.locator(".still img").first.is_visible()
    context.close()


@pytest.mark.parametrize("name", ["gas", "medium", "encounter", "noise"])
def test_every_control_has_a_name(explore, name):
    page = explore(name)
    nameless = page.evaluate("""() => [...document.querySelectorAll('.live :is(input, select, button, canvas)')]
      .filter(e => !(e.getAttribute('aria-label') || e.labels?.length || e.textContent.trim()))
      .map(e => e.outerHTML)""")
    assert not nameless


def test_the_page_answers_during_the_longest_run(explore):
    page = explore("gas", "#gamma=0.0001&t=10000&ne=200&nx=200")
    page.evaluate("""() => new Promise(done => {
      let frames = 0
      const tick = () => ++frames < 30 ? requestAnimationFrame(tick) : done()
      requestAnimationFrame(tick)
    })""")
    page.get_by_label("γ, phase of an encounter", exact=True).fill("0.0002")
    assert value(page, "gamma") == 0.0002
    assert page.locator(".explorer").get_attribute("data-complete") == "false"


def test_the_landing_page_plays_on_request(browser):
    page = browser.new_page()
    page.goto((HTML / "intro.html").as_uri())
    reading = page.locator(".explorer .reading")
    page.wait_for_function("document.querySelector('.explorer .reading')?.textContent.includes('48')")
    page.wait_for_timeout(300)
    assert "48" in reading.text_content()
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("/μt = [1-9]$/.test(document.querySelector('.explorer .reading').textContent)")
    page.close()


def test_only_pages_with_an_explorer_load_its_scripts():
    with_scripts = {
        path.stem
        for path in HTML.rglob("*.html")
        if "play/core.js" in (text := path.read_text()) or 'src="../play/core.js"' in text
    }
    assert with_scripts == {"intro", "gas", "medium", "encounter", "noise"}
