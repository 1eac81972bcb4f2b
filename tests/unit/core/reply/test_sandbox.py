"""The sandbox: what templates may do, and the attacks that end at once (rules O01 to O03)."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from inboxwatch.core.reply.sandbox import TemplateFault, render, variables

CONTEXT = {"name": "Ann", "empty": "", "flag": True, "count": 3}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Hello {{ name }}", "Hello Ann"),
        ("{% if flag %}yes{% else %}no{% endif %}", "yes"),
        ("{% if empty %}a{% elif name == 'Ann' and not empty %}b{% endif %}", "b"),
        ("{{ empty | default('there', true) }}", "there"),
        ("{{ name | upper }}{{ name ~ '!' }}", "ANNAnn!"),
        ("{{ 'x' if flag else 'y' }}", "x"),
        ("{{ name | truncate(2, true, '', 0) }}", "An"),
        ("{% if 'n' in name and name is ne 'Bob' %}ok{% endif %}", "ok"),
        ("line\n", "line\n"),
        ("a\n{% if flag %}\nb\n{% endif %}\nc", "a\nb\nc"),
        ("{# a comment #}{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
        ("{{ count }} < 5 & more", "3 < 5 & more"),
    ],
)
def test_what_templates_may_do(source: str, expected: str) -> None:
    assert render(source, CONTEXT) == expected


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("{{ ''.__class__ }}", "attribute"),
        ("{{ name.upper() }}", "a call"),
        ("{{ ''['__class__'] }}", "bracket"),
        ("{{ name|attr('__class__') }}", "filter 'attr'"),
        ("{{ ''|attr('__class__')|attr('__mro__') }}", "filter 'attr'"),
        ("{{ '{0.__class__}'.format(name) }}", "a call"),
        ("{{ 'x'*10**9 }}", "multiplication"),
        ("{{ 10**100000000 }}", "power"),
        ("{{ name * 10**9 }}", "multiplication"),
        ("{% if 10**100000000 %}{% endif %}", "power"),
        ("{{ '%1000000000d' % 1 }}", "%"),
        ("{% for i in range(99999999) %}x{% endfor %}", "loop"),
        ("{% for a in name %}{% for b in name %}x{% endfor %}{% endfor %}", "loop"),
        ("{{ '%1000000000d'|format(1) }}", "filter 'format'"),
        ("{{ 'x'|center(2000000000) }}", "filter 'center'"),
        ("{{ 'x'|indent(2000000000) }}", "filter 'indent'"),
        ("{{ name|replace('', name) }}", "filter 'replace'"),
        ("{{ name|wordwrap(1) }}", "filter 'wordwrap'"),
        ("{{ name|list|map('upper')|join }}", "filter"),
        ("{% include '/etc/passwd' %}", "include"),
        ("{% import 'x' as x %}", "import"),
        ("{% from 'x' import y %}", "import"),
        ("{% extends 'x' %}", "extends"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "not available"),
        ("{% block b %}{{ self.b() }}{% endblock %}", "not available"),
        ("{{ self }}", "no variable 'self'"),
        ("{{ cycler('a') }}", "a call"),
        ("{{ lipsum(n=1000) }}", "a call"),
        ("{% set a = name ~ name %}{{ a }}", "set"),
        ("{% set a %}x{% endset %}{{ a }}", "set"),
        ("{% filter upper %}x{% endfilter %}", "filter block"),
        ("{% with a = 1 %}{{ a }}{% endwith %}", "with"),
        ("{% call name() %}x{% endcall %}", "not available"),
        ("{{ [1, 2] }}", "list"),
        ("{{ {1: 2} }}", "dict"),
        ("{{ 1 + 1 }}", "add"),
        ("{{ 1e999 }}", "whole numbers"),
        ("{{ name|truncate(99999999999) }}", "whole numbers"),
        ("{{ name|upper(*name) }}", "* and **"),
        ("{{ name is mapping }}", "test 'mapping'"),
        ("{{ " + "(" * 3000 + "name" + ")" * 3000 + " }}", "nested too deeply"),
        ("{{ " + "not " * 3000 + "name }}", "nested too deeply"),
        ("{{ name" + " and name" * 500 + " }}", "nested too deeply"),
        ("{{ " + "9" * 5000 + " }}", "ValueError"),
        ("x" * 20_000, "longer than"),
        ("{{ name | truncate(1) }}", "AssertionError"),
        ("{{ name|nofilter }}", "filter 'nofilter'"),
    ],
)
def test_attacks_end_at_once(source: str, reason: str) -> None:
    began = time.perf_counter()
    with pytest.raises(TemplateFault, match="(?i)" + reason.replace("*", r"\*")):
        render(source, CONTEXT)
    assert time.perf_counter() - began < 1


def test_faults_name_their_line() -> None:
    with pytest.raises(TemplateFault, match=r"^line 3: a dot \(attribute\) is not available") as it:
        render("a\nb\n{{ name.x }}\n", CONTEXT)
    assert it.value.line == 3


def test_syntax_errors_name_their_line() -> None:
    with pytest.raises(TemplateFault, match=r"^line 2: "):
        render("a\n{% if %}\n", CONTEXT)


def test_unknown_variables_are_named_with_a_suggestion() -> None:
    with pytest.raises(TemplateFault, match=r"^line 2: .*'namee'; did you mean 'name'"):
        render("x\n{{ namee }}", CONTEXT)


def test_an_unknown_variable_is_found_where_it_would_not_be_reached() -> None:
    with pytest.raises(TemplateFault, match="'other'"):
        render("{% if not flag %}{{ other }}{% endif %}", CONTEXT)


def test_output_is_bounded() -> None:
    with pytest.raises(TemplateFault, match="grows beyond"):
        render("{{ name }}{{ name }}", {"name": "x" * 10_000})


def test_values_are_data_and_never_source() -> None:
    assert render("{{ name }}", {"name": "{{ 7*7 }}{% raw %}"}) == "{{ 7*7 }}{% raw %}"


def test_the_variables_of_a_template() -> None:
    used = variables("{{ name }}\n{% if flag %}{{ name|upper }}{{ count }}{% endif %}")
    assert used == {"name": 1, "flag": 2, "count": 2}


def test_jinja2_is_not_imported_before_a_rendering() -> None:
    code = (
        "import sys, inboxwatch.core.reply.choose, inboxwatch.core.reply.compose\n"
        "sys.exit(any(m in sys.modules for m in ('jinja2', 'babel')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
