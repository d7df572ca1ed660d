using System.Text;
using RealTimeActors.Benchmarks.Dialects;
using RealTimeActors.Benchmarks.Load;

namespace RealTimeActors.Benchmarks.Tests;

public sealed class DialectTests : IDisposable
{
    private readonly DialectHarness _harness = new();

    [Fact]
    public void Mqtt_connects_and_subscribes_in_two_packets_of_version_3_1_1()
    {
        var greeting = DialectHarness.Written(to => default(Mqtt).Greet(_harness.Subscriber, to));

        // CONNECT: "MQTT", level 4, a clean session, no keep-alive, the client's name. SUBSCRIBE: packet 1, "bench.a", QoS 0.
        Assert.Equal("1013 0004 4D515454 04 02 0000 0007 62656E63682D30 820C 0001 0007 62656E63682E61 00".Replace(" ", "", StringComparison.Ordinal), Convert.ToHexString(greeting));
    }

    [Fact]
    public void An_mqtt_publish_comes_back_as_a_delivery_wherever_it_is_cut()
    {
        var packets = PublishTwice<Mqtt>();

        for (var cutAt = 0; cutAt < packets.Length; cutAt++)
        {
            var subscriber = _harness.Connect(subscribes: true);
            DialectHarness.Walk(default(Mqtt), subscriber, packets, cutAt);
            Assert.Equal(2, subscriber.Offset);
        }
    }

    [Fact]
    public void An_mqtt_server_that_refuses_is_a_fault()
    {
        default(Mqtt).Walk(_harness.Subscriber, [0x20, 2, 0, 5], messageEnds: true);

        Assert.NotNull(_harness.Subscriber.Fault);
    }

    [Fact]
    public void A_nats_publisher_is_answered_by_its_echo()
    {
        _harness.Channel.Publisher!.Next(now: 1);

        DialectHarness.Walk(default(Nats), _harness.Publisher, Encoding.ASCII.GetBytes($"MSG bench.a 1 18\r\n\"{1:D16}\"\r\n"), cutAt: 20);

        Assert.Equal(1, _harness.Channel.Publisher.Answered);
    }

    [Fact]
    public void An_nchan_message_with_its_mark_is_a_delivery_and_tells_where_to_go_on()
    {
        DialectHarness.Walk(new Nchan(withMarks: true), _harness.Subscriber, Encoding.ASCII.GetBytes($"id: 1450755280:7\n\n\"{1:D16}\""), cutAt: 12);

        var back = _harness.Connect(subscribes: true, former: _harness.Subscriber);
        Assert.Equal(1, back.Offset);
        Assert.Equal("/sub/bench.a?last_event_id=1450755280:7", new Nchan(withMarks: true).PathOf(back));
    }

    [Fact]
    public void An_nchan_publisher_is_answered_in_the_order_of_its_messages()
    {
        _harness.Channel.Publisher!.Next(now: 1);

        DialectHarness.Walk(new Nchan(withMarks: false), _harness.Publisher, "queued messages: 1\r\nlast requested: 0 sec. ago"u8.ToArray(), cutAt: 5);

        Assert.Equal(1, _harness.Channel.Publisher.Answered);
    }

    [Fact]
    public void Socket_io_connects_first_and_subscribes_then()
    {
        var dialect = default(SocketIo);
        var subscriber = _harness.Subscriber;

        Assert.Equal("40", Encoding.ASCII.GetString(DialectHarness.Written(to => dialect.Greet(subscriber, to))));
        DialectHarness.Walk(dialect, subscriber, "0{\"sid\":\"x\"}"u8.ToArray(), cutAt: 3);
        DialectHarness.Walk(dialect, subscriber, "40{\"sid\":\"y\"}"u8.ToArray(), cutAt: 0);
        Assert.True(subscriber.MustGreet);
        Assert.Equal("420[\"subscribe\",\"bench.a\"]", Encoding.ASCII.GetString(DialectHarness.Written(to => dialect.Greet(subscriber, to))));
        DialectHarness.Walk(dialect, subscriber, "430[]"u8.ToArray(), cutAt: 0);

        Assert.True(subscriber.Ready);
    }

    [Fact]
    public void A_socket_io_publish_names_the_number_that_its_acknowledgement_brings_back()
    {
        var dialect = default(SocketIo);
        var publish = Encoding.ASCII.GetString(DialectHarness.Written(to => dialect.Publish(_harness.Publisher, _harness.Channel.Publisher!.Next(now: 1), to)));

        Assert.StartsWith("421[\"publish\",\"bench.a\",\"0000000000000001x", publish);
        DialectHarness.Walk(dialect, _harness.Publisher, "431[]"u8.ToArray(), cutAt: 0);
        Assert.Equal(1, _harness.Channel.Publisher!.Answered);
    }

    [Fact]
    public void A_hole_is_a_fault_in_every_dialect()
    {
        default(PlainWebSocket).Walk(_harness.Subscriber, Encoding.ASCII.GetBytes($"\"{2:D16}\""), messageEnds: true);

        Assert.Contains("hole", _harness.Subscriber.Fault);
    }

    [Fact]
    public void A_returning_client_of_ours_shows_its_session_and_asks_for_nothing_else()
    {
        var former = _harness.Connect(subscribes: true);
        (former.ResumeId, former.ResumeKey) = ("s-1", "secret");
        var back = _harness.Connect(subscribes: true, former);

        var json = Encoding.ASCII.GetString(DialectHarness.Written(to => new RealTimeJson(confirm: "").Greet(back, to)));
        Assert.Equal("{\"id\":1,\"hello\":{\"client\":\"benchmarks/1\",\"session\":{\"id\":\"s-1\",\"key\":\"secret\"}}}\n", json);
    }

    [Theory]
    [InlineData(7, true)]
    [InlineData(6, false)]
    public void A_resumed_client_must_be_where_it_was(int offset, bool isWell)
    {
        var former = _harness.Connect(subscribes: true);
        former.Offset = 7;
        var back = _harness.Connect(subscribes: true, former);

        var welcome = $"{{\"id\":1,\"welcome\":{{\"session\":{{\"id\":\"s-1\",\"key\":\"k\",\"resumed\":true}},\"subscriptions\":[{{\"channel\":\"bench.a\",\"offset\":{offset}}}]}}}}\n";
        new RealTimeJson(confirm: "").Walk(back, Encoding.ASCII.GetBytes(welcome), messageEnds: true);

        Assert.Equal(isWell, back.Fault is null);
    }

    public void Dispose() => _harness.Dispose();

    private byte[] PublishTwice<TDialect>()
        where TDialect : struct, IDialect => DialectHarness.Written(to =>
    {
        for (var count = 0; count < 2; count++) default(TDialect).Publish(_harness.Publisher, _harness.Channel.Publisher!.Next(now: 1), to);
    });
}
