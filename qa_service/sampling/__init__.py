"""Random audits that an agent can check: frame, root, seed, tickets, quotas, draw, assignment, proof."""
