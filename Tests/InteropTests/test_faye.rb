# Faye's Ruby client, driven line by line: commands in JSON on standard input, events in JSON on standard output.
#
#   ruby test_faye.rb URL [--without-websocket]
#
# Commands: {"do":"subscribe","channel":c}, {"do":"unsubscribe","channel":c}, {"do":"publish","channel":c,"data":d},
# {"do":"state"}, {"do":"disconnect"}, {"do":"quit"}. The events are those that `tell` names below.

require 'eventmachine'
require 'faye'
require 'json'

$stdout.sync = true

def tell(event, fields = {})
  puts JSON.generate({ event: event }.merge(fields))
end

# Reads commands and has the client do them.
class Commands < EventMachine::Connection
  include EventMachine::Protocols::LineText2

  def initialize(client)
    super()
    @client = client
    @subscriptions = {}
  end

  def receive_line(line)
    command = JSON.parse(line)
    channel = command['channel']
    case command['do']
    when 'subscribe' then subscribe(channel)
    when 'unsubscribe'
      @subscriptions.delete(channel).cancel
      tell('unsubscribed', channel: channel)
    when 'publish' then publish(channel, command['data'])
    when 'state' then state
    when 'disconnect'
      promise = @client.disconnect
      promise.callback { tell('disconnected') }
      promise.errback { |error| tell('refused', channel: '/meta/disconnect', error: error.message) }
    when 'quit' then EventMachine.stop
    end
  end

  def unbind
    EventMachine.stop if EventMachine.reactor_running?
  end

  private

  def subscribe(channel)
    subscription = @client.subscribe(channel).with_channel do |name, data|
      tell('message', channel: name, data: data)
    end
    subscription.callback { tell('subscribed', channel: channel) }
    subscription.errback { |error| tell('refused', channel: channel, code: error.code, error: error.message) }
    @subscriptions[channel] = subscription
  end

  def publish(channel, data)
    publication = @client.publish(channel, data)
    publication.callback { tell('published', channel: channel) }
    publication.errback { |error| tell('refused', channel: channel, code: error.code, error: error.message) }
  end

  def state
    dispatcher = @client.instance_variable_get(:@dispatcher)
    tell('state', transport: dispatcher.connection_type, clientId: dispatcher.client_id)
  end
end

EventMachine.run do
  client = Faye::Client.new(ARGV[0], retry: 0.2)
  client.disable('websocket') if ARGV.include?('--without-websocket')
  client.on('transport:up') { tell('up') }
  client.on('transport:down') { tell('down') }
  EventMachine.attach($stdin, Commands, client)
  tell('ready')
end
