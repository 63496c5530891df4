"""What a form (质检表) is, and how one set of answers becomes a mark.

| step | modules |
|---|---|
| a form | `forms` (structs), `loading` (files, JSON), `form_checks` (what must agree in it) |
| answers | `answers` (structs), `answer_checks` (what keeps them from being submitted) |
| read once | `item_plans` (how good an answer is, 0 to 1), `weights` (what an item weighs), `plans` (both) |
| **a mark** | **`marking`, function `mark`**; `marks` (structs), `tally` (where a draft can still end) |
| in words | `explaining` (what each item cost, and what would have changed the mark) |
| dated rules | `parameters`, `packs` with `pack_records` and `pack_checks`, `dated_text`, `canonical` |

Nothing here knows a database, a page or a person.
"""
