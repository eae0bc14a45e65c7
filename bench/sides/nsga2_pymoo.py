"""pymoo's side of bench/nsga2.

Prints "ready"; answers each line of JSON on stdin by one on stdout:
{"name", "seed", "evaluations", "eta", "probability", "perVariable"}: the objectives of the front of a run, flat;
{"speed": "zdt1" | "mixed", "seed", "evaluations"}: evaluations a second;
{"speed": "sort" | "hypervolume", "points", "width"}: milliseconds of one call.
"""
import json
import sys
import time

import numpy as np
from pymoo.algorithms.moo.nsga2 import NSGA2, RankAndCrowding
from pymoo.core.mixed import MixedVariableGA
from pymoo.core.problem import ElementwiseProblem
from pymoo.core.variable import Choice, Integer, Real
from pymoo.indicators.hv import HV
from pymoo.operators.crossover.sbx import SBX
from pymoo.operators.mutation.pm import PM
from pymoo.optimize import minimize
from pymoo.problems import get_problem
from pymoo.util.nds.non_dominated_sorting import NonDominatedSorting


class Mixed(ElementwiseProblem):
    def __init__(self):
        letters = Choice(options=["a", "b", "c", "d"])
        whole, ordinal = Integer(bounds=(0, 31)), Integer(bounds=(0, 5))
        kinds = dict(x=Real(bounds=(0, 1)), i=whole, j=whole, o=ordinal, p=ordinal, c=letters, d=letters)
        super().__init__(vars=kinds, n_obj=2)

    def _evaluate(self, x, out, *args, **kwargs):
        first = x["x"] + x["i"] / 31 + "abcd".index(x["c"]) / 3 + x["o"] / 5
        out["F"] = [first, (4 - first) * (1 + x["j"] / 31 + "abcd".index(x["d"]) / 3 + x["p"] / 5)]


def problem_of(name):
    return get_problem(name, n_var=12, n_obj=3) if name == "dtlz2" else get_problem(name)


def front(asked):
    crossover = SBX(prob=0.9, prob_var=asked["perVariable"], eta=asked["eta"])
    mutation = PM(prob=asked["probability"], eta=20)
    algorithm = NSGA2(pop_size=100, crossover=crossover, mutation=mutation)
    result = minimize(problem_of(asked["name"]), algorithm, ("n_eval", asked["evaluations"]), seed=asked["seed"])
    return [] if result.F is None else np.atleast_2d(result.F).ravel().tolist()


def rate(asked):
    if asked["speed"] == "zdt1":
        problem, algorithm = get_problem("zdt1"), NSGA2(pop_size=100)
    else:
        problem, algorithm = Mixed(), MixedVariableGA(pop_size=100, survival=RankAndCrowding())
    start = time.perf_counter()
    minimize(problem, algorithm, ("n_eval", asked["evaluations"]), seed=asked["seed"])
    return asked["evaluations"] / (time.perf_counter() - start)


def milliseconds(asked):
    points = np.array(asked["points"]).reshape(-1, asked["width"])
    if asked["speed"] == "sort":
        sorting = NonDominatedSorting()
        call = lambda: sorting.do(points)
    else:
        indicator = HV(ref_point=np.full(asked["width"], 1.1))
        call = lambda: indicator(points)
    call()
    calls, start = 0, time.perf_counter()
    while time.perf_counter() - start < 0.2:
        call()
        calls += 1
    return 1000 * (time.perf_counter() - start) / calls


print(json.dumps("ready"), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    if "speed" not in asked:
        answer = front(asked)
    else:
        answer = rate(asked) if asked["speed"] in ("zdt1", "mixed") else milliseconds(asked)
    print(json.dumps(answer), flush=True)
