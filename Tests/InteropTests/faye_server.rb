# Faye's server for Ruby, at /bayeux on a free port of this machine, which it prints.
require "faye"
require "thin"

Faye::WebSocket.load_adapter("thin")
# Its log would come between the lines that the test reads.
Thin::Logging.silent = true

application = Faye::RackAdapter.new(mount: "/bayeux", timeout: 5)
# The client's subscriptions to one channel are refused, as an application would.
application.add_extension(
  Class.new do
    def incoming(message, callback)
      if message["channel"] == "/meta/subscribe" && message["subscription"] == "/closed"
        message["error"] = "403:/closed:not today"
      end
      callback.call(message)
    end
  end.new
)

EM.run do
  server = Thin::Server.new("127.0.0.1", 0, application, signals: false)
  server.start
  signature = server.backend.instance_variable_get(:@signature)
  port, = Socket.unpack_sockaddr_in(EM.get_sockname(signature))
  puts "listening on http://127.0.0.1:#{port}/bayeux"
  $stdout.flush
  # The test closes the pipe when it is done.
  Thread.new do
    $stdin.read
    EM.next_tick { EM.stop }
  end
end
