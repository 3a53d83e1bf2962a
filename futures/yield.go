package futures

// Yield returns a future that is pending once and wakes the task in that poll,
// so that the executor may run other tasks first. It is the documented yield
// that std::future::Future excepts from the advice not to wake in every poll;
// whether other tasks run first is up to the executor (std::task::Waker,
// method wake).
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
