"""Batches on a Dask cluster."""

import json
import signal
import socket
import subprocess
import sys
import threading
import time
import warnings

import pytest
from batch_files import same

import realign as ra
from realign.cli.main import main

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.filterwarnings("ignore")  # of distributed, about ports and the like


def files(scenarios, *names):
    return [scenarios / f"{name}.toml" for name in names]


def free_port():
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return place.getsockname()[1]


@pytest.fixture(scope="module")
def cluster():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with distributed.LocalCluster(n_workers=1, threads_per_worker=2, dashboard_address=None) as there:
            yield there.scheduler_address


def test_a_cluster_gives_the_bytes_that_a_run_alone_gives(scenarios, alone, tmp_path, cluster, capsys):
    words = ["batch", *map(str, files(scenarios, "dry", "wet")), "--cluster", cluster, "--events", "2", "--quiet"]
    assert main([*words, "--out", str(tmp_path / "out")]) == 0
    assert same(tmp_path / "out" / "dry", alone / "dry") and same(tmp_path / "out" / "wet", alone / "wet")


def test_one_scenario_can_be_run_on_a_cluster(scenarios, alone, tmp_path, cluster, capsys):
    out = tmp_path / "out"
    words = ["run", str(scenarios / "wet.toml"), "--cluster", cluster, "--events", "2", "--quiet", "--out", str(out)]
    assert main(words) == 0 and same(out, alone / "wet")


def test_a_failure_on_a_cluster_names_its_place(scenarios, tmp_path, cluster):
    order = {"policies": ["Stay"], "stresses": ["baseline", "Deluge"], "futures": 20}
    there = ra.batch(files(scenarios, "broken"), cluster=cluster, out=tmp_path / "out", quiet=True, **order)
    (failure,) = there.failures
    assert (failure["scenario"], failure["stress"], failure["last"]) == ("Broken", "Deluge", 19)


def test_a_worker_with_another_kernel_is_refused(scenarios, tmp_path, cluster, monkeypatch):
    from realign.running.blocks import Task

    monkeypatch.setattr(Task, "__init__", _with_another_kernel(Task.__init__))
    there = ra.batch(files(scenarios, "dry"), cluster=cluster, out=tmp_path / "out", quiet=True)
    assert "install the same versions" in there.failures[0]["cause"]


def _with_another_kernel(usual):
    def make(self, **fields):
        usual(self, **fields, kernel="0123456789abcdef")

    return make


def test_an_address_where_nobody_answers_is_a_usage_error(scenarios, capsys, monkeypatch):
    monkeypatch.setattr("realign.running.cluster._ANSWER", 1)
    words = ["batch", str(scenarios / "dry.toml"), "--cluster", f"tcp://127.0.0.1:{free_port()}", "--quiet"]
    assert main(words) == 2
    assert "no scheduler answers there" in capsys.readouterr().err


# ---- clusters of processes ----


def dask(what, *words):
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.dask_{what}", *map(str, words)], stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.mark.slow
def test_a_cluster_that_asks_for_tls_gets_it(scenarios, alone, tmp_path):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
         "-keyout", tmp_path / "key.pem", "-out", tmp_path / "cert.pem"], check=True, capture_output=True,
    )  # fmt: skip
    ca, cert, key = tmp_path / "cert.pem", tmp_path / "cert.pem", tmp_path / "key.pem"
    tls = ["--tls-ca-file", ca, "--tls-cert", cert, "--tls-key", key]
    port = free_port()
    address = f"tls://127.0.0.1:{port}"
    scheduler = dask("scheduler", "--protocol", "tls", "--port", port, "--no-dashboard", *tls)
    worker = dask("worker", address, "--nthreads", 2, "--no-dashboard", *tls)
    try:
        words = ["batch", str(scenarios / "wet.toml"), "--events", "2", "--quiet", "--cluster", address]
        given = ["--tls-ca", str(ca), "--tls-cert", str(cert), "--tls-key", str(key)]
        assert main([*words, *given, "--out", str(tmp_path / "out")]) == 0
        assert same(tmp_path / "out" / "wet", alone / "wet")
    finally:
        for process in (worker, scheduler):
            process.kill()
            process.wait()


@pytest.mark.slow
def test_a_scheduler_and_a_worker_that_are_killed_and_come_back_change_nothing(scenarios, tmp_path):
    order = {"futures": 60_000, "quiet": True, "events": 2}
    alone = ra.batch(files(scenarios, "dry", "wet"), out=tmp_path / "alone", threads=2, **order)
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    running = {}

    def begin(what):
        words = ["--port", port, "--no-dashboard"] if what == "scheduler" else [
            address, "--nthreads", 2, "--no-dashboard", "--death-timeout", 120,
        ]  # fmt: skip
        running[what] = dask(what, *words)

    killed = []

    def kill_and_restart():
        """As soon as some blocks are done: the worker, then the scheduler."""
        while not list((tmp_path / "out").glob("*/.parts/blocks/0*")):
            time.sleep(0.02)
        for what in ("worker", "scheduler", "worker"):
            running[what].send_signal(signal.SIGKILL)
            running[what].wait()
            killed.append(what)
            time.sleep(0.5)
            begin(what)
            time.sleep(2)

    begin("scheduler")
    begin("worker")
    killer = threading.Thread(target=kill_and_restart, daemon=True)
    killer.start()
    try:
        there = ra.batch(files(scenarios, "dry", "wet"), cluster=address, out=tmp_path / "out", **order)
    finally:
        for process in running.values():
            process.kill()
    assert "scheduler" in killed and not there.failures, json.dumps(there.failures)
    for name in ("dry", "wet"):
        assert same(there.folder / name, alone.folder / name)
