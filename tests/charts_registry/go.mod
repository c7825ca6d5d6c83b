module hubs.example.org/tests/registry

go 1.25.0

require github.com/google/go-containerregistry v0.22.1 // indirect

tool github.com/google/go-containerregistry/cmd/registry
