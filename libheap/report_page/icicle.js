/* SPDX-License-Identifier: Apache-2.0 */
/* Paths from the roots, those of one shape as one: what is below an object hangs below it, as wide as it is heavy. */

/* Several of one type are one of many alike, too. */
function shape(node) {
	return is_varied(node) || /^[0-9,]+$/.test(node.name) ? "[…]  " + node.type : title(node);
}

/* Nodes below several that are alike, by their shape. */
function merge(label, nodes, parent) {
	const merged = {label, parent, retained: 0, objects: 0, type: nodes[0].type}, alike = new Map();

	for (const node of nodes) {
		merged.retained += node.retained;
		merged.objects += node.objects;
		for (const child of node.below.flatMap((each) => each.bundle ? each.below : [each]))
			alike.set(shape(child), [...(alike.get(shape(child)) || []), child]);
	}
	merged.below = [...alike].map(([name, members]) => merge(name, members, merged)).sort((a, b) => b.retained - a.retained);
	return merged;
}

const ROW = 22, ROWS_MAX = 30;

function bar(item, width, color_of, total, go) {
	const {x0, x1, depth, data: node} = item, wide = (x1 - x0) * width, letters = Math.floor((wide - 8) / 6.6);
	const group = svg("g", {transform: "translate(" + x0 * width + "," + depth * ROW + ")"},
		svg("rect", {width: Math.max(wide - 1, 0.5), height: ROW - 1, fill: color_of(node)}),
		svg("title", {}, [node.label, ...about(node, total).slice(1)].join("\n")));

	if (letters > 2)
		group.append(svg("text", {x: 4, y: 15, fill: "#ffffff"},
			node.label.length > letters ? node.label.slice(0, letters - 1) + "…" : node.label));
	if (node.below.length) {
		group.setAttribute("class", "go");
		group.addEventListener("click", () => go(node));
	}
	return group;
}

/* The levels below @node; above them those that lead to it, as wide as it. */
function bars(node, width, color_of, total, go) {
	const above = [];

	for (let at = node.parent; at; at = at.parent)
		above.unshift(at);
	const laid = libraries.partition()(libraries.hierarchy({...node}, (at) => at.below)
		.each((item) => item.value = item.data.retained));
	const items = [...above.map((at, depth) => ({x0: 0, x1: 1, depth, data: at})),
		...laid.descendants().map((item) => ({x0: item.x0, x1: item.x1, depth: item.depth + above.length, data: item.depth ? item.data : node}))]
		.filter((item) => item.depth < ROWS_MAX && (item.x1 - item.x0) * width >= 0.5);

	return svg("svg", {viewBox: "0 0 " + width + " " + (Math.max(...items.map((item) => item.depth)) + 1) * ROW, width,
		role: "img", "aria-label": "Paths from the roots, by what they retain; the table below says the same."},
		...items.map((item) => bar(item, width, color_of, total, go)));
}

/* What retains a fiftieth of all, a line each. */
function path_rows(node, total, depth) {
	return node.below.filter((child) => child.retained * 50 >= total).flatMap((child) => [element("tbody", {}, element("tr", {},
		element("td", {style: "padding-left:" + depth + "em"}, child.label),
		element("td", {class: "number bar", style: "background-size:" + share(child.retained, total) + " 1.25em"}, bytes(child.retained)),
		element("td", {class: "number"}, share(child.retained, total)),
		element("td", {class: "number"}, count(child.objects)))), ...path_rows(child, total, depth + 1)]);
}

function paths(tree) {
	const root = merge("all objects", [tree], null), color_of = colors(tree), place = element("div", {class: "picture", id: "icicle"});
	let at = root;

	function draw() {
		place.replaceChildren(bars(at, place.clientWidth || 600, color_of, root.retained, (node) => {
			at = node;
			draw();
		}));
	}

	document.querySelector("#holders").append(element("h3", {}, "Paths from the roots, merged by shape"),
		element("p", {class: "more"}, "A bar is as wide as what it retains; what is below it is kept alive by it alone. Click to widen one."),
		element("figure", {}, place),
		element("div", {class: "wide", tabindex: "0", id: "icicle-table"}, element("table", {},
			table_head("what retains 2% or more", "retained", "% of all", "objects"), ...path_rows(root, root.retained, 0))));
	draw();
	follow(place, draw);
}

if (tree)
	paths(tree);
