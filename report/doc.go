// Package report renders what wakecheck found out: as text for people and as
// JSON for programs. It draws no conclusions. The functions are pure: the same
// findings give the same bytes, which depend on no clock, environment or
// terminal; whether there is colour is the caller's choice, see [Color].
//
// A [Check] holds the verdicts of many subjects, one [Subject] per call of a
// door of package contract, and the [Problem]s that kept the rest from being
// judged. As text it is
//
//   - one matrix per door: a row per subject, a column per law;
//   - below it a line per subject that says in words what the row says in
//     signs: kept by which evidence, skipped and unknown and why;
//   - then each violation whole, and each problem.
//
// Names and messages come from the subjects and from the go command, and are
// printed to a terminal: control characters and marks that reorder text are
// shown as escapes, never passed on.
package report
