/* SPDX-License-Identifier: Apache-2.0 */
/* What objects retain, as areas: one level of the tree and what is below it. */

/* ECharts copies what it is given, so tiles have a node's number in 'nodes'. */
function tile(node, color_of, levels, nodes) {
	const parted = levels > 1 && node.below.length > 0;

	return {name: title(node), value: node.retained, number: nodes.push(node) - 1,
		itemStyle: {color: color_of(node), borderColor: parted ? color_of(node) : color("paper")},
		children: parted ? node.below.map((child) => tile(child, color_of, levels - 1, nodes)) : undefined};
}

function treemap_option(node, color_of, total, nodes) {
	const white = {color: "#ffffff", fontSize: 12, lineHeight: 16};

	return {
		aria: {enabled: true, label: {description: "Treemap of what " + title(node) + " retains; the table beside it says the same."}},
		tooltip: {...tooltip(), formatter: ({data: {number}}) => number === undefined ? "" : lines(...about(nodes[number], total))},
		series: [{
			type: "treemap", roam: false, nodeClick: false, breadcrumb: {show: false}, left: 0, right: 0, top: 0, bottom: 0,
			label: {...white, overflow: "truncate", formatter: ({data: {number}}) => title(nodes[number]) + "\n" + bytes(nodes[number].retained)},
			upperLabel: {...white, show: true, height: 22, overflow: "truncate"},
			levels: [{upperLabel: {show: false}, itemStyle: {borderWidth: 0, gapWidth: 3}}, {itemStyle: {borderWidth: 3, gapWidth: 0}}, {itemStyle: {borderWidth: 0.5}}],
			data: node.below.map((child) => tile(child, color_of, 2, nodes)),
		}],
	};
}

function tree_rows(node, total, go) {
	return node.below.map((child) => element("tbody", {}, element("tr", {},
		element("td", {}, child.below.length ? element("button", {type: "button", onclick: () => go(child)}, title(child)) : title(child)),
		element("td", {class: "number bar", style: "background-size:" + share(child.retained, node.retained) + " 1.25em"}, bytes(child.retained)),
		element("td", {class: "number"}, share(child.retained, total)),
		element("td", {class: "number"}, count(child.objects)))));
}

function tree_table(node, total, go) {
	return element("table", {}, table_head("what", "retained", "% of all", "objects"), ...tree_rows(node, total, go));
}

/* Treemap, path and table show what is below one object; a click goes down, the path goes up. */
function holders(root) {
	const color_of = colors(root), place = element("div", {class: "picture", id: "treemap"});
	const table = element("div", {class: "wide", tabindex: "0", id: "treemap-table"});
	const path = element("ol", {class: "path", "aria-label": "Where the picture is"});
	let at = root, nodes = [], shown;

	function show(node) {
		at = node.below.length ? node : node.parent;
		path.replaceChildren(...way_to(at).map((step) => element("li", {}, element("button",
			{type: "button", onclick: () => show(step), ...(step === at ? {"aria-current": "location"} : {})}, title(step)))));
		table.replaceChildren(tree_table(at, root.retained, show));
		if (shown)
			shown.redraw();
	}

	document.querySelector("#holders h2").after(
		element("p", {class: "more"}, "Each area is what an object keeps alive, by bytes. Click to see what is in it."), path,
		element("div", {class: "beside"}, element("figure", {}, place), table));
	show(root);
	shown = chart(place, (width) => Math.max(320, Math.min(620, width * 0.62)),
		() => treemap_option(at, color_of, root.retained, nodes = []));
	shown.drawn.on("click", ({data: tile}) => tile && tile.number !== undefined && show(nodes[tile.number]));
}

if (tree)
	holders(tree);
