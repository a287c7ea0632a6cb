/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pictures beside the tables of a report. All that is shown comes from a heap that nobody trusts: it becomes text (textContent, or what
 * ECharts draws), never HTML.
 */
"use strict";

const data = JSON.parse(document.getElementById("pictures").textContent);

/* ---- words ---- */

function bytes(number) {
	const units = ["B", "KB", "MB", "GB", "TB", "PB", "EB"];
	let unit = 0;

	for (; number >= 1024 && unit + 1 < units.length; unit++)
		number /= 1024;
	return (unit ? number.toFixed(1) : number) + " " + units[unit];
}

function count(number) {
	return number.toLocaleString("en-US");
}

function share(part, whole) {
	return whole ? (part * 100 / whole).toFixed(1) + "%" : "";
}

/* ---- elements ---- */

function element(name, attributes, ...inside) {
	const made = document.createElement(name);

	for (const key in attributes)
		if (key.startsWith("on"))
			made.addEventListener(key.slice(2), attributes[key]);
		else
			made.setAttribute(key, attributes[key]);
	made.append(...inside);
	return made;
}

function color(name) {
	return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
}

/* A tooltip of lines of text. */
function lines(...texts) {
	return element("div", {style: "max-width:60ch;white-space:pre-wrap;overflow-wrap:anywhere"}, texts.join("\n"));
}

function tooltip() {
	return {confine: true, backgroundColor: color("paper"), borderColor: color("line"), textStyle: {color: color("ink"), fontSize: 13}};
}

/*
 * A chart that follows the size of the page and its colours. @height: of a width; @option: what to draw, asked for again whenever that
 * changes.
 */
function chart(place, height, option) {
	const drawn = libraries.init(place, null, {renderer: "svg", width: place.clientWidth || 600, height: height(place.clientWidth || 600)});
	const redraw = () => {
		drawn.clear(); /* labels of areas that are gone would stay */
		drawn.setOption({animation: false, textStyle: {fontFamily: "system-ui, sans-serif"}, ...option()});
	};
	let width = place.clientWidth;

	redraw();
	new ResizeObserver(() => {
		if (!place.clientWidth || place.clientWidth === width)
			return;
		width = place.clientWidth;
		drawn.resize({width, height: height(width)});
		redraw();
	}).observe(place);
	matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
	return {drawn, redraw};
}

/* ---- the tree: [name, type, retained, objects, [below]] ---- */

function title(node) {
	return [node.name, node.type].filter(Boolean).join("  ") || "all objects";
}

/* What an object takes itself is below it, too, so that those below it are all of it. */
function read([name, type, retained, objects, below], parent) {
	const node = {name, type, retained, objects, parent};
	let left = retained;

	node.below = (below || []).map((child) => read(child, node));
	node.below.forEach((child) => left -= child.retained);
	if (parent && node.below.length && left > 0)
		node.below.push({name: "itself", type: "", retained: left, objects: 1, parent: node, below: []});
	node.below.sort((a, b) => b.retained - a.retained);
	return node;
}

/* From the root to it. */
function way_to(node) {
	return node ? [...way_to(node.parent), node] : [];
}

/* Colours say which type; the same in every level. */
function colors(root) {
	const sums = new Map(), palette = new Map();
	const visit = (node) => {
		if (node.type)
			sums.set(node.type, (sums.get(node.type) || 0) + node.retained);
		node.below.forEach(visit);
	};

	visit(root);
	[...sums].sort((a, b) => b[1] - a[1]).forEach(([type], i) => palette.set(type, "p" + i % 8));
	return (node) => color(palette.get(node.type) || "others");
}

/* ECharts copies what it is given, so tiles have a node's number in 'nodes'. */
function tile(node, color_of, levels, nodes) {
	return {name: title(node), value: node.retained, number: nodes.push(node) - 1, itemStyle: {color: color_of(node), borderColor: color_of(node)},
		children: levels > 1 && node.below.length ? node.below.map((child) => tile(child, color_of, levels - 1, nodes)) : undefined};
}

function about(node, total) {
	return lines(title(node), bytes(node.retained) + " retained, " + share(node.retained, total) + " of all", count(node.objects) + " objects");
}

function treemap_option(node, color_of, total, nodes) {
	const white = {color: "#ffffff", fontSize: 12, lineHeight: 16};

	return {
		aria: {enabled: true, label: {description: "Treemap of what " + title(node) + " retains; the table beside it says the same."}},
		tooltip: {...tooltip(), formatter: ({data: {number}}) => number === undefined ? "" : about(nodes[number], total)},
		series: [{
			type: "treemap", roam: false, nodeClick: false, breadcrumb: {show: false}, left: 0, right: 0, top: 0, bottom: 0,
			label: {...white, overflow: "truncate", formatter: ({data: {number}}) => title(nodes[number]) + "\n" + bytes(nodes[number].retained)},
			upperLabel: {...white, show: true, height: 22, overflow: "truncate"},
			levels: [{upperLabel: {show: false}, itemStyle: {borderWidth: 0, gapWidth: 3}}, {itemStyle: {borderWidth: 3, gapWidth: 1}}, {}],
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
	const heads = ["what", "retained", "% of all", "objects"].map((text, i) =>
		element("th", {scope: "col", class: i ? "number" : ""}, text));

	return element("table", {}, element("thead", {}, element("tr", {}, ...heads)), ...tree_rows(node, total, go));
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

if (data.tree && data.tree[2])
	holders(read(data.tree, null));
