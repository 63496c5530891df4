"""KPI values with n and interval; what was not measured is a state, never 0."""

from datetime import date

import msgspec
import numpy as np
import pytest

from qa_service.kpis.errors import KpiFactUnknown
from qa_service.kpis.facts import fact_names, ratio_of
from qa_service.kpis.rules import QaColumn, kpi_column
from rubrics.pack_records import Kpi
from rubrics.packs import load_pack
from scoring.means import mean_from_sums

KPIS = load_pack("shop-presale-aftersale").all(Kpi, date(2026, 10, 1))


def qa_of(values, n, *, half=300):
    value = np.array(values, dtype=np.int64)
    present = np.array(n) > 0
    return QaColumn(value=value, lower=value - half, upper=value + half, n=np.array(n), present=present,
                    has_interval=present, left_out=np.zeros(len(n), dtype=np.int64))  # fmt: skip


def column(key, *, qa=None, complaints_known=True, **facts):
    size = len(next(iter(facts.values()))) if facts else len(qa.n)
    given = {name: np.zeros(size, dtype=np.int64) for name in (*fact_names(), "unhandled_parts", "unpriced_parts",
                                                              "transfer_unknown_parts")}  # fmt: skip
    given |= {name: np.array(values, dtype=np.int64) for name, values in facts.items()}
    qa = qa or qa_of([0] * size, [0] * size)
    return kpi_column(key, KPIS[key], given, size=size, qa=qa, complaints_known=complaints_known)


def test_a_rate_in_percent_has_wilsons_interval():
    # Newcombe (1998), Stat. Med. 17:857-872, table I: 81 of 263 is 0.2553 to 0.3662
    found = column("conversion", converted_parts=[81], inquiry_parts=[263])
    assert (found.value[0], found.lower[0], found.upper[0]) == (3080, 2553, 3662)
    assert (found.n[0], found.state(0)) == (263, "ok")


def test_a_mean_has_the_t_interval_of_its_own_values():
    seconds = [3, 9, 11, 14, 30, 8, 16] * 5
    sums = len(seconds), sum(seconds), sum(s * s for s in seconds)
    found = column("first_reply", first_reply_parts=[sums[0]], first_reply_seconds_sum=[sums[1]],
                   first_reply_seconds_squares=[sums[2]])  # fmt: skip
    expected = mean_from_sums(*sums)
    assert found.value[0] == 1300
    assert found.lower[0] == pytest.approx(expected.low * 100, abs=0.51)
    assert found.upper[0] == pytest.approx(expected.high * 100, abs=0.51)
    assert found.points[0] == 10_000, "13 s is the 15-second band"


def test_nothing_measured_is_none_and_little_is_thin():
    found = column("first_reply", first_reply_parts=[0, 29, 30], first_reply_seconds_sum=[0, 290, 300],
                   first_reply_seconds_squares=[0, 3000, 3100])  # fmt: skip
    assert [found.state(i) for i in range(3)] == ["none", "thin", "ok"]
    assert found.enough.tolist() == [False, False, True]


def test_a_house_without_complaint_records_has_no_complaint_rate():
    assert column("complaint_rate", parts=[500], complaints_known=False).state(0) == "none"
    found = column("complaint_rate", parts=[500], complaints=[2])
    assert (found.value[0], found.points[0]) == (400, 8000), "4 per 1,000 lies half way from 6 (60) to 2 (100)"


def test_the_qa_mark_carries_its_interval_into_points():
    found = column("qa_mark", qa=qa_of([8800, 7000, 0], [8, 4, 0], half=900))
    assert [found.state(i) for i in range(3)] == ["ok", "thin", "none"]
    assert (found.points[0], found.low_points[0], found.high_points[0]) == (10_000, 8_000, 10_000)


def test_what_had_no_usable_time_is_counted_beside_the_value():
    found = column("handling_time", handled_parts=[40], handle_seconds_sum=[24_000],
                   handle_seconds_squares=[15_000_000], unhandled_parts=[60])  # fmt: skip
    assert (found.n[0], found.left_out[0], found.value[0]) == (40, 60, 60_000)


def test_a_definition_with_an_unknown_count_is_refused_by_name():
    with pytest.raises(KpiFactUnknown) as refused:
        ratio_of("made_up", msgspec.structs.replace(KPIS["conversion"], numerator="smiles"))
    assert "smiles" in refused.value.text()
