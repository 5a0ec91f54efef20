// What every page of the portal does better with JavaScript than without. One module for each thing.

import { submitOnChange } from "./language.js";
import { goLive } from "./live.js";
import { tellTimes } from "./times.js";
import { watchToasts } from "./toasts.js";
import { watchCopying } from "./copy.js";
import { openOperationsInDialog } from "./dialog.js";
import { watchLogs } from "./logs.js";
import { watchRun } from "./run.js";
import { watchGraph } from "./graph.js";
import { patchParts } from "./parts.js";
import { selectRuns } from "./selection.js";

document.documentElement.classList.add("has-script");
submitOnChange();
watchToasts();
watchCopying();
openOperationsInDialog();
watchLogs();
watchRun();
watchGraph();
patchParts();
selectRuns();
tellTimes();
goLive();
