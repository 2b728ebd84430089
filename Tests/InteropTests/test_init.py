"""The projects that `cometd init` makes, and what it says when it makes none.

`dev/check.sh examples` makes and builds one of each flavour, below .build/init.
"""

import os
import tempfile

import harness
from curl import curl
from runner import test
from test_commands import fail, succeed
from test_examples import Client

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FLAVOURS = {"hello-plain": "esm/cometd.js", "hello-jquery": "jquery/jquery.cometd.js"}


class Project(harness.Example):
    """The program of a project, started in the project's folder, as its README says."""

    @property
    def folder(self):
        return os.path.join(ROOT, ".build", "init", self.options[0])


def on_each_flavour(function):
    """Marks a function of a project's name and server as one test for each flavour."""
    for name in FLAVOURS:

        def run(name=name):
            function(name, harness.shared(name, kind=Project))

        run.__name__ = f"{function.__name__}_as_{name.replace('-', '_')}"
        run.__module__ = __name__
        # The runner asks for functions without parameters.
        test()(run)
    return function


def content(server, path):
    answer = curl(f"{server.scheme}://127.0.0.1:{server.port}{path}")
    assert answer.status == 200, (path, answer.status)
    return answer.body.decode()


@on_each_flavour
def a_made_project_greets(name, server):
    client = Client(server).open("/hello")
    assert client.publish("/service/hello", {"name": "<Ada> \"é\""})["successful"] is True
    assert client.receive("/hello") == {"greeting": "Hello, <Ada> \"é\"!"}
    for nonsense in ({}, {"name": ""}, {"name": 5}, {"name": "x" * 101}, [], None, "Ada"):
        reply = client.publish("/service/hello", nonsense)
        assert reply["successful"] is False and reply["error"].startswith("404:"), (nonsense, reply)


@on_each_flavour
def a_made_project_has_a_page_and_the_library(name, server):
    page = content(server, "/")
    assert f"<h1>{name}</h1>" in page and "{{" not in page, page
    assert "cometd.handshake()" in content(server, "/application.js")
    with open(os.path.join(ROOT, "Web", "dist", FLAVOURS[name]), encoding="utf-8") as file:
        assert content(server, f"/js/{FLAVOURS[name]}").strip() == file.read().strip()


@test()
def a_project_is_made_in_a_new_or_empty_folder():
    with tempfile.TemporaryDirectory(prefix="interop-init-") as folder:
        for place in (os.path.join(folder, "new", "one"), os.path.join(folder, "empty")):
            if place.endswith("empty"):
                os.mkdir(place)
            output = succeed("init", "hello", "--path", place, "--cometd", ROOT)
            assert place in output and "swift run hello" in output, output
            assert os.path.exists(os.path.join(place, "Sources", "hello", "main.swift"))
        again = fail(1, "init", "hello", "--path", place, "--cometd", ROOT)
        assert again == f"cannot make a project in '{place}': it is not empty", again
        file = fail(1, "init", "hello", "--path", os.path.join(place, "README.md"), "--cometd", ROOT)
        assert file.endswith("it is no folder"), file


@test()
def a_project_needs_a_name_a_known_flavour_and_cometd():
    with tempfile.TemporaryDirectory(prefix="interop-init-") as folder:
        place = ["--path", os.path.join(folder, "x"), "--cometd", ROOT]
        for name in ("1st", "a b", "../x", "class", "cometd", ""):
            assert "is no name for a project" in fail(64, "init", name, *place), name
        assert "dojo" in fail(64, "init", "hello", "--flavour", "dojo", *place)
        assert "there is no package of CometD" in fail(64, "init", "hello", *place[:2], "--cometd", folder)
        assert "name" in fail(64, "init")
        assert os.listdir(folder) == []
