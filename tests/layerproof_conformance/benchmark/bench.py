"""The benchmark: every task to every contestant in turn, then the proof, then the document."""

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Sequence

from layerproof import LayerProofError, find_layers
from layerproof.plugin_set import unknown_layer
from layerproof_conformance.benchmark import document
from layerproof_conformance.benchmark.processes import ContestantProcess
from layerproof_conformance.benchmark.proof import DECIDED_OTHERWISE, StepTask, layer_problem, step_problem
from layerproof_conformance.benchmark.rounds import Timing, take_turns
from layerproof_conformance.benchmark.shapes import NETWORKS, LayerTask, layer_tasks
from layerproof_conformance.benchmark.summary import layer_speeds
from layerproof_conformance.types.environment import describe_environment, usable_cores

Progress = Callable[[str, int, int], None]
"""Called with the next task, the number of tasks done, and the number of all tasks."""


def bench(
    plugins: Sequence[str],
    *,
    layers: Sequence[str] = (),
    networks: Sequence[str] = (),
    threads: int | None = None,
    batch_size: int = 64,
    dtype: str = "float32",
    rounds: int = 9,
    progress: Progress | None = None,
) -> document.Bench:
    """Measure plugins against PyTorch eager.

    Arguments:
        plugins: entry points, paths or module names.
        layers: measure these layers only, and no steps unless networks are given too.
        networks: measure the training steps of these networks only (A, B, C, lenet, cnn, attention), and no layers
            unless given.
        threads: of every contestant, PyTorch included; the cores that this process may use if None.
        batch_size: images in a call.
        dtype: "float32" or "float64".
        rounds: how often each contestant takes its turn at each task.
        progress: called before each task.

    Raises LayerProofError, one line, for unknown plugins, layers and networks.
    """
    _check(layers, networks)
    started = time.perf_counter()
    everything = not layers and not networks
    tasks = [task for task in layer_tasks(batch_size, dtype) if everything or task.layer in layers]
    steps = [
        StepTask(name, chain, batch_size, dtype) for name, chain in NETWORKS.items() if everything or name in networks
    ]
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    threads = threads or usable_cores()
    with _contestants(plugins, threads) as (pytorch, contestants):
        run = _Run(
            pytorch, contestants, rounds, progress or (lambda what, done, planned: None), len(tasks) + len(steps)
        )
        gflops, copied = pytorch.request("ask", "calibrate")
        run.machine = document.Machine(gflops, copied, load)
        by_task = [(task, run.layer(task)) for task in tasks]
        by_network = {step.name: run.step(step) for step in steps}
        processes = (pytorch, *contestants.values())
        libraries = {process.name: process.request("ask", "libraries") for process in processes}
    return document.Bench(
        schema=document.SCHEMA,
        environment=describe_environment(),
        libraries=libraries,
        threads=threads,
        dtype=dtype,
        batch_size=batch_size,
        rounds=rounds,
        machine=run.machine,
        layers=layer_speeds(by_task),
        steps=by_network,
        noisy=sum(measurement.noisy for measurement in run.measured),
        measurements=len(run.measured),
        seconds=time.perf_counter() - started,
    )


def _check(layers: Sequence[str], networks: Sequence[str]) -> None:
    known = {task.layer for task in layer_tasks(1, "float32")}
    for layer in layers:
        if layer not in find_layers():
            raise unknown_layer(layer)
        if layer not in known:
            raise LayerProofError(f"{layer} has no benchmark; there are some for {', '.join(sorted(known))}")
    for network in networks:
        if network not in NETWORKS:
            raise LayerProofError(f"there is no network {network}; there are {', '.join(NETWORKS)}")


@contextlib.contextmanager
def _contestants(
    plugins: Sequence[str], threads: int
) -> Iterator[tuple[ContestantProcess, dict[str, ContestantProcess]]]:
    with contextlib.ExitStack() as stack:
        pytorch = stack.enter_context(ContestantProcess("", threads))
        yield pytorch, {plugin: stack.enter_context(ContestantProcess(plugin, threads)) for plugin in plugins}


class _Run:
    """A benchmark under way: its contestants, and the measurements so far."""

    machine: document.Machine

    def __init__(
        self,
        pytorch: ContestantProcess,
        contestants: dict[str, ContestantProcess],
        rounds: int,
        progress: Progress,
        planned: int,
    ) -> None:
        self._pytorch, self._contestants, self._rounds = pytorch, contestants, rounds
        self._progress, self._planned, self._done = progress, planned, 0
        self.measured: list[document.Measurement] = []

    def layer(self, task: LayerTask) -> dict[str, tuple[document.Measurement, document.Measurement]]:
        """Forward and backward of each plugin."""
        problems, able = self._prepare("layer", task, f"{task.layer} {task.shape}")
        halves: dict[str, list[document.Measurement]] = {name: [] for name in self._contestants}
        for what, flops, size in zip(("forward", "backward"), task.flops, task.bytes, strict=True):
            timings = take_turns(what, able, self._pytorch, self._rounds)
            roof = max(flops / self.machine.gflops, size / self.machine.gigabytes_per_second) * 1e-9
            for name in self._contestants:
                problem = problems[name]
                if not problem:
                    problem = layer_problem(task, what, *able[name].request("result"))
                halves[name].append(self._measurement(timings.get(name), problem, roof))
        return {name: (forward, backward) for name, (forward, backward) in halves.items()}

    def step(self, task: StepTask) -> dict[str, document.StepSpeed]:
        """A training step with each plugin."""
        problems, able = self._prepare("step", task, f"network {task.name}")
        timings = take_turns("step", able, self._pytorch, self._rounds)
        speeds = {}
        for name, contestant in self._contestants.items():
            problem = problems[name] or _problem_of_steps(task, contestant)
            measurement = self._measurement(timings.get(name), problem, None)
            overhead, others = None, {}
            if measurement.milliseconds:
                calls = len(task.chain) + 1
                overhead = 1e3 * calls * contestant.request("ask", "overhead") / measurement.milliseconds
                others = contestant.request("ask", "others", name)
            speeds[name] = document.StepSpeed(measurement.ratio, measurement, overhead, others)
        return speeds

    def _prepare(
        self, kind: str, task: LayerTask | StepTask, text: str
    ) -> tuple[dict[str, str], dict[str, ContestantProcess]]:
        self._progress(text, self._done, self._planned)
        self._done += 1
        self._pytorch.request("prepare", kind, task)
        problems = {name: process.request("prepare", kind, task) for name, process in self._contestants.items()}
        return problems, {name: process for name, process in self._contestants.items() if not problems[name]}

    def _measurement(self, timing: Timing | None, problem: str, roof: float | None) -> document.Measurement:
        if timing is None or problem:
            measurement = document.Measurement(None, problem=problem)
        else:
            measurement = document.Measurement(
                ratio=timing.ratio,
                low=timing.low,
                high=timing.high,
                milliseconds=1e3 * timing.seconds,
                pytorch_milliseconds=1e3 * timing.seconds / timing.ratio,
                roof=None if roof is None else roof / timing.seconds,
                noisy=timing.noisy,
                verified=True,
            )
        self.measured.append(measurement)
        return measurement


def _problem_of_steps(task: StepTask, contestant: ContestantProcess) -> str:
    """What is wrong with the last timed step; where a maximum decided otherwise may be all, the next one counts.

    In one step of a thousand two values in a window are so close that PyTorch itself chooses another maximum in float32
    than in float64, which moves a gradient by up to 3 % of its length.
    """
    variant, results = contestant.request("result")
    problem = step_problem(task, variant, results)
    if problem and not step_problem(task, variant, results, DECIDED_OTHERWISE):
        contestant.request("time", "step", 1)
        problem = step_problem(task, *contestant.request("result"))
    return problem
