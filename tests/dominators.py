# SPDX-License-Identifier: Apache-2.0
"""What each node of a graph dominates, by an algorithm that has nothing in common with py-heap's."""


def post_order(roots, successors):
    """Nodes in the order in which a search in depth leaves them; 0, which leads to the roots, is last"""
    order, seen, stack = [], {0}, [(0, iter(roots))]
    while stack:
        node, rest = stack[-1]
        for other in rest:
            if other not in seen:
                seen.add(other)
                stack.append((other, iter(successors.get(other, ()))))
                break
        else:
            order.append(node)
            stack.pop()
    return order


def find(roots, edges):
    """Immediate dominators of the nodes that roots lead to, 0 for none (Cooper, Harvey, Kennedy: A Simple, Fast Dominance Algorithm,
    2001); nodes are above 0"""
    successors, holders = {}, {root: [0] for root in roots}
    for source, target in edges:
        successors.setdefault(source, []).append(target)
        holders.setdefault(target, []).append(source)
    order = post_order(roots, successors)
    place = {node: i for i, node in enumerate(order)}
    above = {0: 0}
    changed = True
    while changed:
        changed = False
        for node in reversed(order[:-1]):
            best = None
            for holder in holders[node]:
                if holder not in above:
                    continue
                while best is not None and best != holder:
                    if place[best] < place[holder]:
                        best = above[best]
                    else:
                        holder = above[holder]
                best = holder
            if above.get(node) != best:
                above[node] = best
                changed = True
    return {node: above[node] for node in order[:-1]}, order


def retained(roots, edges, sizes):
    """(dominator, retained size, how many are dominated) by node; sizes: by node"""
    above, order = find(roots, edges)
    sums, counts = {node: sizes[node] for node in above}, {node: 0 for node in above}
    for node in order[:-1]:
        if above[node]:
            sums[above[node]] += sums[node]
            counts[above[node]] += counts[node] + 1
    return {node: (above[node], sums[node], counts[node]) for node in above}
