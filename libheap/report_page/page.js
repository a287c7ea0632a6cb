/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the pictures of a report share. All that is shown comes from a heap that nobody trusts: it becomes text (textContent, or what
 * ECharts draws), never HTML.
 */
"use strict";

/* What the picture of a section shows; null: it has none. */
function data_of(section) {
	const found = document.getElementById(section + "-data");

	return found && JSON.parse(found.textContent);
}

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

function svg(name, attributes, ...inside) {
	const made = document.createElementNS("http://www.w3.org/2000/svg", name);

	for (const key in attributes)
		made.setAttribute(key, attributes[key]);
	made.append(...inside);
	return made;
}

/* The first column is text, the others are numbers. */
function table_head(...texts) {
	return element("thead", {}, element("tr", {}, ...texts.map((text, i) => element("th", {scope: "col", class: i ? "number" : ""}, text))));
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

/* Draws again when the place has another width, or colours change. Not at once: that would be within the layout that it changes. */
function follow(place, redraw) {
	let width = place.clientWidth;

	new ResizeObserver(() => {
		if (!place.clientWidth || place.clientWidth === width)
			return;
		width = place.clientWidth;
		requestAnimationFrame(redraw);
	}).observe(place);
	matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
}

/* A chart of ECharts. @height: of a width; @option: what to draw, asked for again whenever that may have changed. */
function chart(place, height, option) {
	const size = () => ({width: place.clientWidth || 600, height: height(place.clientWidth || 600)});
	const drawn = libraries.init(place, null, {renderer: "svg", ...size()});
	const redraw = () => {
		drawn.clear(); /* labels of areas that are gone would stay */
		drawn.resize(size());
		drawn.setOption({animation: false, textStyle: {fontFamily: "system-ui, sans-serif"}, ...option()});
	};

	redraw();
	follow(place, redraw);
	return {drawn, redraw};
}

/* ---- the tree: [name, type, retained, objects, [below]] ---- */

function title(node) {
	return [node.name, node.type].filter(Boolean).join("  ") || "all objects";
}

const ALIKE_MIN = 12;

/* "[3]", "[<str of 12>]", and what has no name: one of many alike. */
function is_varied(node) {
	return !node.name || /^\[[0-9<]/.test(node.name);
}

/* Many alike of one type are one node: "300 traceback". */
function bundle(node) {
	const alike = new Map(), rest = [];

	for (const child of node.below)
		if (child.type && is_varied(child))
			alike.set(child.type, [...(alike.get(child.type) || []), child]);
		else
			rest.push(child);
	for (const [type, below] of alike)
		if (below.length < ALIKE_MIN)
			rest.push(...below);
		else
			rest.push(below.reduce((all, child) => {
				all.retained += child.retained;
				all.objects += child.objects;
				child.parent = all;
				return all;
			}, {name: count(below.length), type, retained: 0, objects: 0, parent: node, below, bundle: true}));
	node.below = rest.sort((a, b) => b.retained - a.retained);
}

/* What an object takes itself is below it, too, so that those below it are all of it. */
function read([name, type, retained, objects, below], parent) {
	const node = {name, type, retained, objects, parent};
	let left = retained, others = objects;

	node.below = (below || []).map((child) => read(child, node));
	for (const child of node.below) {
		left -= child.retained;
		others -= child.objects;
	}
	if (parent && node.below.length && left > 0)
		node.below.push({name: others === 1 ? "itself" : "themselves", type: "", retained: left, objects: others, parent: node, below: []});
	bundle(node);
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

function about(node, total) {
	return [title(node), bytes(node.retained) + " retained, " + share(node.retained, total) + " of all", count(node.objects) + " objects"];
}

const holders_data = data_of("holders"), tree = holders_data && holders_data[2] ? read(holders_data, null) : null;
