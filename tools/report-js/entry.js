/* SPDX-License-Identifier: Apache-2.0 */
/* What libheap/report_page/page.js draws with. Imports from the parts leave out what is not used. */
import { init, use } from "echarts/core";
import { HeatmapChart, TreemapChart } from "echarts/charts";
import { AriaComponent, GridComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { SVGRenderer } from "echarts/renderers";

use([TreemapChart, HeatmapChart, GridComponent, TooltipComponent, VisualMapComponent, AriaComponent, SVGRenderer]);

export { init };
export { hierarchy, partition } from "d3-hierarchy";
