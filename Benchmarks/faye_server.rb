# Faye's server for Ruby, at /bayeux on a free port of this machine, which it prints; ends with its input.
require "faye"
require "thin"

Faye::WebSocket.load_adapter("thin")
Thin::Logging.silent = true
EM.epoll
EM.set_descriptor_table_size(16_384)

application = Faye::RackAdapter.new(mount: "/bayeux", timeout: 45)

EM.run do
  server = Thin::Server.new("127.0.0.1", 0, application, signals: false)
  server.maximum_connections = 16_000
  server.maximum_persistent_connections = 16_000
  server.timeout = 0
  server.start
  signature = server.backend.instance_variable_get(:@signature)
  port, = Socket.unpack_sockaddr_in(EM.get_sockname(signature))
  puts "listening on http://127.0.0.1:#{port}/bayeux"
  $stdout.flush
  Thread.new do
    $stdin.read
    EM.next_tick { EM.stop }
  end
end
