package driver

import (
	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// Explorer is what importing this package registers.
type Explorer = explorer

// StageOf is the Stage of an execution.
func StageOf(e *engine.Engine) contract.Stage { return stage{e} }
