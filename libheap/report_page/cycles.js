/* SPDX-License-Identifier: Apache-2.0 */
/* An example of each shape of reference cycle, as objects and arrows. */

const CYCLES_MAX = 6;

/* "A.b -> dict['c'] -> A": the last step is the first one again. A name that has an arrow in it makes more steps than objects. */
function steps_of(cycle) {
	const steps = cycle.shape.split(" -> ").slice(0, -1);

	return steps.length === cycle.addresses.length ? steps : null;
}

/* Objects below each other, the last one refers to the first. */
function cycle_svg(cycle, steps) {
	const y = (i) => 14 + 30 * i, x = 36, last = y(steps.length - 1), height = last + 14, name = (i) => "var(--p" + i % 8 + ")";
	const arrow = (path, points) => [svg("path", {class: "arrow", d: path}), svg("polygon", {class: "head", points})];
	const down = steps.slice(1).flatMap((_, i) => arrow("M" + x + " " + y(i) + "V" + (y(i + 1) - 12),
		[x - 4, y(i + 1) - 13, x + 4, y(i + 1) - 13, x, y(i + 1) - 6].join(" ")));
	const back = arrow("M" + x + " " + last + "C-4 " + (last + (last > 14 ? 0 : 20)) + " -4 " + (last > 14 ? 14 : -6) + " " + (x - 13) + " 14",
		[x - 14, 10, x - 14, 18, x - 6, 14].join(" "));

	return svg("svg", {height, width: "100%", class: "cycle", role: "img", "aria-label": cycle.shape}, ...down, ...back,
		...steps.flatMap((step, i) => [svg("circle", {cx: x, cy: y(i), r: 6, style: "fill:" + name(i)}),
			svg("text", {x: x + 16, y: y(i) + 4}, step, svg("title", {}, step + "\n" + cycle.addresses[i]))]));
}

function cycle_picture(cycle) {
	return element("figure", {}, element("div", {class: "picture"}, cycle_svg(cycle, steps_of(cycle))), element("figcaption", {},
		cycle.number + ". " + count(cycle.count) + " of this shape, " + count(cycle.objects) + " objects, " + bytes(cycle.bytes) +
		(cycle.garbage ? ", garbage" : "")));
}

function cycles(all) {
	document.querySelector("#cycles h2").after(element("div", {class: "several", id: "cycle-pictures"},
		...all.filter(steps_of).slice(0, CYCLES_MAX).map(cycle_picture)));
}

if (data_of("cycles"))
	cycles(data_of("cycles"));
