// What every page of the portal does better with JavaScript than without. One module for each thing.

import { submitOnChange } from "./language.js";
import { watchSession } from "./session.js";
import { watchHolding } from "./hold.js";
import { holdForms } from "./unsent.js";
import { speakChanges } from "./spoken.js";
import { goLive } from "./live.js";
import { tellTimes } from "./times.js";
import { watchFields } from "./zone_fields.js";
import { watchToasts } from "./toasts.js";
import { watchCopying } from "./copy.js";
import { openOperationsInDialog } from "./dialog.js";
import { watchLogs } from "./logs.js";
import { watchRun } from "./run.js";
import { watchGraph } from "./graph.js";
import { patchParts } from "./parts.js";
import { keepPlaces } from "./kept.js";
import { selectRuns } from "./selection.js";
import { watchForms } from "./busy.js";
import { watchKeys } from "./shortcuts.js";
import { watchPalette } from "./palette.js";

document.documentElement.classList.add("has-script");
submitOnChange();
watchSession();
watchToasts();
watchCopying();
openOperationsInDialog();
watchLogs();
patchParts(); // before what keeps places: it decides whether a region is swapped at all
keepPlaces();
watchRun();
watchGraph();
selectRuns();
tellTimes();
watchFields();
goLive();
watchHolding();
holdForms();
speakChanges();
watchForms();
watchKeys();
watchPalette();
