package futures

// Yield returns a future that is pending once and wakes the task in that very
// poll, so that the executor may run other tasks first. Whether it does is up to
// the executor (std::task::Waker, method wake).
func Yield() Future[struct{}] {
	return &yield{newCounter(1)}
}

type yield struct{ counter }

func (y *yield) Poll(cx *Context) (_ struct{}, ready bool) {
	if y.step("Yield") {
		return struct{}{}, true
	}
	cx.Waker().WakeByRef()
	return struct{}{}, false
}
