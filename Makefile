.PHONY: setup demo test check bench doctor generate lock
setup demo test check bench doctor generate lock:
	./dev $@
