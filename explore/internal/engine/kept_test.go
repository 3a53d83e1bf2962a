package engine

// kept are scripts that show mistakes of optimal DPOR which a random script
// shows once in a thousand times or less. They were found by comparing the
// mutant with the right algorithm on very many scripts, and shrunk.
var kept = []script{
	// The reversed order must go on beyond the second event of the race.
	{threads: [][]instr{
		{},
		{{op: load, x: 1}},
		{{op: storeK, x: 2}, {op: storeK, x: 2, k: 1}},
		{{op: storeK, x: 0}, {op: storeK, x: 1, k: 1}},
		{{op: storeK, x: 2, k: 2}, {op: storeK, x: 0, k: 2}},
	}},
	{threads: [][]instr{
		{},
		{{op: storeK, x: 1, k: 2}},
		{{op: load, x: 0}, {op: load, x: 0}},
		{{op: signal, x: 0}, {op: load, x: 1}},
		{{op: storeK, x: 0, k: 2}, {op: await, x: 0}},
	}},
	// Races whose second event is not new must be looked at again.
	{threads: [][]instr{
		{},
		{{op: storeK, x: 0, k: 1}},
		{{op: storeK, x: 0}},
		{{op: lock, x: 0}, {op: unlock, x: 0}},
		{{op: tryLock, x: 0}, {op: lock, x: 0}, {op: load, x: 0}},
	}},
	{threads: [][]instr{
		{},
		{{op: load, x: 1}},
		{{op: storeK, x: 2}, {op: storeK, x: 2}},
		{{op: storeK, x: 0}, {op: storeK, x: 1, k: 1}, {op: load, x: 2}},
		{{op: storeK, x: 2, k: 1}, {op: storeK, x: 0}},
	}},
	// Objects must have the same number in all executions.
	{late: true, threads: [][]instr{
		{},
		{{op: tryLock, x: 0}},
		{{op: storeK, x: 1, k: 1}, {op: load, x: 2}},
		{{op: storeK, x: 1, k: 2}, {op: load, x: 0}},
		{{op: tryLock, x: 0}, {op: tryLock, x: 1}, {op: storeK, x: 2}, {op: storeK, x: 0, k: 2}},
	}},
	{late: true, threads: [][]instr{
		{},
		{{op: storeK, x: 1, k: 1}},
		{{op: load, x: 0}, {op: lock, x: 0}},
		{{op: storeK, x: 1, k: 2}, {op: storeK, x: 0, k: 1}, {op: tryLock, x: 0}},
		{{op: storeK, x: 2, k: 2}, {op: lock, x: 1}, {op: storeK, x: 1, k: 2}},
	}},
	// What a blocked thread would do may touch more than its gate.
	{threads: [][]instr{
		{},
		{{op: send, x: 0}},
		{{op: recv, x: 0}, {op: send, x: 1}},
		{{op: send, x: 1}},
		{{op: move, x: 0, y: 1}},
	}},
	// A gate that touches more may be in a race with an event on which the
	// latest events of the other object depend, but not those before them.
	{threads: [][]instr{
		{},
		{{op: move, x: 1, y: 0}},
		{{op: recv, x: 1}, {op: recv, x: 0}},
		{{op: send, x: 1}},
		{{op: send, x: 0}},
	}},
	{threads: [][]instr{
		{},
		{{op: move, x: 0, y: 1}, {op: move, x: 1, y: 0}},
		{{op: send, x: 0}, {op: recv, x: 1}, {op: recv, x: 0}},
		{{op: send, x: 0}},
	}},
}
