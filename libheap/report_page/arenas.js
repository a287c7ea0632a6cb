/* SPDX-License-Identifier: Apache-2.0 */
/* pymalloc's arenas, a row each or for several, a cell per pool. */

const FULLNESS = ["empty", "up to 1/8 used", "2/8", "3/8", "4/8", "5/8", "6/8", "7/8", "full"], UNKNOWN = 9;

/* Between the colours of nearly empty and of full. */
function heat(mark) {
	if (mark === UNKNOWN)
		return color("unknown");
	return color(mark ? "heat" + mark : "heat0");
}

function arenas_option(map) {
	const cells = [], named = (row) => map.rows[row][0] + (map.together > 1 ? " and after it" : "");

	map.rows.forEach(([, marks], row) => [...marks].forEach((mark, pool) => {
		if (mark !== " ")
			cells.push([pool, row, mark === "?" ? UNKNOWN : +mark]);
	}));
	return {
		aria: {enabled: true, label: {description: "Heat map of " + count(map.arenas) + " arenas: how full each pool is; the table has those least used."}},
		tooltip: {...tooltip(), formatter: ({value: [pool, row, mark]}) =>
			lines("arena " + named(row), "pool " + pool, mark === UNKNOWN ? "not readable" : FULLNESS[mark])},
		grid: {left: 0, right: 0, top: 34, bottom: 0},
		xAxis: {type: "category", data: [...Array(map.pools).keys()], show: false},
		yAxis: {type: "category", data: map.rows.map(([address]) => address), inverse: true, show: false},
		visualMap: {type: "piecewise", dimension: 2, orient: "horizontal", left: 0, top: 0, itemWidth: 12, itemHeight: 12, itemGap: 8, showLabel: true,
			textStyle: {color: color("ink")}, selectedMode: false,
			pieces: [0, 2, 4, 6, 8].map((mark) => ({value: mark, label: FULLNESS[mark], color: heat(mark)}))
				.concat(cells.some(([, , mark]) => mark === UNKNOWN) ? [{value: UNKNOWN, label: "not readable", color: heat(UNKNOWN)}] : [])},
		series: [{type: "heatmap", data: cells.map((value) => ({value, itemStyle: {color: heat(value[2])}})),
			itemStyle: {borderColor: color("paper"), borderWidth: 1}, emphasis: {itemStyle: {borderColor: color("ink")}}}],
	};
}

function arenas(map) {
	const place = element("div", {class: "picture", id: "heat"});

	document.querySelector("#arenas h2").after(element("figure", {}, element("figcaption", {},
		"A cell is a pool of an arena, left to right as in memory; a row is " +
		(map.together > 1 ? count(map.together) + " arenas one after the other, together." : "an arena.")), place));
	chart(place, () => 34 + map.rows.length * Math.max(6, Math.min(14, 400 / map.rows.length)), () => arenas_option(map));
}

/* Thousands of cells: the page is there before them. */
if (data_of("arenas"))
	setTimeout(arenas, 0, data_of("arenas"));
