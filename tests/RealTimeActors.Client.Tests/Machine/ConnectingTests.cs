using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Sessions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Machine;

public sealed class ConnectingTests
{
    [Fact]
    public void Says_hello_with_the_session_it_was_given()
    {
        var client = new MachineFixture(options => options with { Session = new SessionTicket("s-7", "secret"), ClientName = "test/1" }).Start().Greet();

        Assert.Equal("s-7", client.Hello.SessionId);
        Assert.Equal("secret", client.Hello.SessionKey);
        Assert.Equal("test/1", client.Hello.Client);
        Assert.Equal(ClientState.Connecting, client.Machine.State);
    }

    [Fact]
    public void The_new_key_is_stored_before_the_frame_that_retires_the_former_one()
    {
        var client = new MachineFixture().Start().Greet();

        client.Welcome(isResumed: false);

        var effects = client.Take();
        var changed = Assert.IsType<ClientEffect.SessionChanged>(effects[0]);
        Assert.Equal(new SessionTicket("s-1", "key-1"), changed.Ticket);
        Assert.False(changed.IsResumed);
        Assert.IsType<ClientFrame.Ping>(Assert.IsType<ClientEffect.Send>(effects[1]).Frame);
        Assert.Equal(ClientState.Connected, client.Machine.State);
    }

    [Fact]
    public void Every_connection_uses_the_key_of_the_last_welcome()
    {
        var client = MachineFixture.Connected();

        client.Reconnect();
        Assert.Equal("key-1", client.Hello.SessionKey);

        client.Reconnect();
        Assert.Equal("key-2", client.Hello.SessionKey);
    }

    [Fact]
    public void A_key_whose_welcome_was_lost_is_not_missed()
    {
        var client = MachineFixture.Connected();
        client.Lose();
        client.Pass(TimeSpan.FromSeconds(1));
        client.Greet();

        client.Lose();
        client.Pass(TimeSpan.FromSeconds(2));
        client.Greet();

        Assert.Equal("key-1", client.Hello.SessionKey);
    }

    [Fact]
    public void Says_what_the_last_attempt_failed_of_until_there_is_a_connection()
    {
        var client = new MachineFixture().Start();
        Assert.Null(client.Machine.Trouble);

        foreach (var reason in (string[])["refused", "only a core"])
        {
            client.Machine.Disconnected(client.Now, client.TakeOne<ClientEffect.Open>().Connection, null, reason);
            Assert.Equal(reason, client.Machine.Trouble);
            client.Take();
            client.Pass(TimeSpan.FromSeconds(5));
        }

        client.Greet().Welcome(isResumed: false);
        Assert.Null(client.Machine.Trouble);
        client.Lose();
        Assert.NotNull(client.Machine.Trouble);
    }

    [Fact]
    public void Pauses_grow_by_the_factor_up_to_the_greatest_and_are_left_to_chance()
    {
        var client = new MachineFixture(options => options with { Reconnect = new ReconnectAdvice(100, 500, 2, 1) }).Start();
        var pauses = new List<double>();

        for (var attempt = 0; attempt < 5; attempt++)
        {
            var open = client.TakeOne<ClientEffect.Open>();
            client.Machine.Disconnected(client.Now, open.Connection, null, "refused");
            pauses.Add((client.Machine.NextDeadline!.Value - client.Now).TotalMilliseconds);
            client.Take();
            client.Pass(TimeSpan.FromMilliseconds(pauses[^1]));
        }

        Assert.Equal([100, 200, 400, 500, 500], pauses);

        client.Chance = 0.25;
        client.Machine.Disconnected(client.Now, client.TakeOne<ClientEffect.Open>().Connection, null, "refused");
        Assert.Equal(TimeSpan.FromMilliseconds(125), client.Machine.NextDeadline!.Value - client.Now);
    }

    [Fact]
    public void A_stable_connection_makes_pauses_short_again_and_a_brief_one_does_not()
    {
        var client = MachineFixture.Connected();
        client.Lose();
        client.Pass(TimeSpan.FromMilliseconds(100));
        client.Greet().Welcome();
        client.Take();

        client.Lose();
        Assert.Equal(TimeSpan.FromMilliseconds(200), client.Machine.NextDeadline!.Value - client.Now);

        client.Pass(TimeSpan.FromMilliseconds(200));
        client.Greet().Welcome();
        client.Pass(TimeSpan.FromSeconds(1));
        client.Take();
        client.Lose();
        Assert.Equal(TimeSpan.FromMilliseconds(100), client.Machine.NextDeadline!.Value - client.Now);
    }

    [Theory]
    [InlineData(4000)]
    [InlineData(4099)]
    [InlineData(4200)]
    public void Is_back_at_once_when_the_code_says_so(int code)
    {
        var client = MachineFixture.Connected();

        client.Receive(new ServerFrame.Close(code, "go"));

        var effects = client.Take();
        Assert.Equal([typeof(ClientEffect.CloseTransport), typeof(ClientEffect.StateChanged), typeof(ClientEffect.Open)], effects.Select(effect => effect.GetType()));
        Assert.Equal(ClientState.Reconnecting, client.Machine.State);
    }

    [Fact]
    public void Is_not_called_in_a_circle_by_a_server_that_keeps_closing_at_once()
    {
        var client = MachineFixture.Connected();
        client.Lose(CloseCode.GoingAway);
        client.Greet().Welcome();
        client.Take();

        client.Lose(CloseCode.GoingAway);

        Assert.Empty(client.Take<ClientEffect.Open>());
        Assert.Equal(TimeSpan.FromMilliseconds(200), client.Machine.NextDeadline!.Value - client.Now);
    }

    [Theory]
    [InlineData(4100)]
    [InlineData(1006)]
    [InlineData(4999)]
    [InlineData(null)]
    public void Backs_off_after_any_other_end(int? code)
    {
        var client = MachineFixture.Connected();

        client.Lose(code);

        Assert.Empty(client.Take<ClientEffect.Open>());
        Assert.Equal(TimeSpan.FromMilliseconds(100), client.Machine.NextDeadline!.Value - client.Now);
    }

    [Fact]
    public void Goes_to_another_node_when_told_to()
    {
        var client = new MachineFixture(options => options with { Endpoints = ["one", "two"] }).Start();
        Assert.Equal("one", client.TakeOne<ClientEffect.Open>().Endpoint);
        client.Machine.Opened(client.Now, 1);
        client.Machine.Disconnected(client.Now, 1, 4200, "elsewhere");

        Assert.Equal("two", client.TakeOne<ClientEffect.Open>().Endpoint);
    }

    [Fact]
    public void Waits_as_long_as_the_close_says()
    {
        var client = MachineFixture.Connected();

        client.Receive(new ServerFrame.Close(CloseCode.Overloaded, "full") { AfterMs = 3_000 });

        Assert.Equal(TimeSpan.FromSeconds(3), client.Machine.NextDeadline!.Value - client.Now);
    }

    [Theory]
    [InlineData(4400)]
    [InlineData(4404)]
    [InlineData(4499)]
    public void Stays_away_when_told_to(int code)
    {
        var client = MachineFixture.Connected();
        var subscription = client.Follow();

        client.Lose(code);

        Assert.Equal(ClientState.Closed, client.Machine.State);
        Assert.Equal(code, client.TakeOne<ClientEffect.StateChanged>().CloseCode);
        Assert.Null(client.Machine.NextDeadline);
        Assert.True(subscription.IsEnded);
    }

    [Fact]
    public void Ignores_being_taken_over_on_a_connection_that_it_replaced_itself()
    {
        var client = MachineFixture.Connected();
        var former = client.Connection;
        client.Reconnect();

        client.Machine.Received(client.Now, former, new ServerFrame.Close(CloseCode.TakenOver, "taken over"));
        client.Machine.Disconnected(client.Now, former, CloseCode.TakenOver, "taken over");

        Assert.Equal(ClientState.Connected, client.Machine.State);
    }

    [Fact]
    public void Obtains_a_token_first_and_a_new_one_when_it_has_expired()
    {
        var client = new MachineFixture(options => options with { UsesTokens = true }).Start();
        client.TakeOne<ClientEffect.ObtainToken>();
        client.Machine.TokenObtained(client.Now, "first");
        client.Greet();
        Assert.Equal("first", client.Hello.Token);
        client.Welcome();
        client.Take();

        client.Lose(CloseCode.TokenExpired);
        client.TakeOne<ClientEffect.ObtainToken>();
        client.Machine.TokenObtained(client.Now, "second");

        Assert.Equal("second", client.Greet().Hello.Token);
    }

    [Fact]
    public void Tries_again_when_no_token_could_be_had()
    {
        var client = new MachineFixture(options => options with { UsesTokens = true }).Start();
        client.TakeOne<ClientEffect.ObtainToken>();

        client.Machine.TokenFailed(client.Now, "down");
        client.Pass(TimeSpan.FromMilliseconds(100));

        client.TakeOne<ClientEffect.ObtainToken>();
    }

    [Fact]
    public void A_demand_for_a_token_that_cannot_be_met_is_the_end()
    {
        var client = MachineFixture.Connected();

        client.Lose(CloseCode.TokenExpired);

        Assert.Equal(ClientState.Closed, client.Machine.State);
    }

    [Fact]
    public void Takes_silence_of_two_heartbeats_for_loss_and_asks_after_one()
    {
        var client = MachineFixture.Connected();

        client.Pass(TimeSpan.FromSeconds(9.9));
        Assert.Empty(client.Take());
        client.Pass(TimeSpan.FromSeconds(0.2));
        client.TakeFrame<ClientFrame.Ping>();
        client.Pass(TimeSpan.FromSeconds(9.8));
        Assert.Empty(client.Take<ClientEffect.CloseTransport>());

        client.Pass(TimeSpan.FromSeconds(0.2));

        client.TakeOne<ClientEffect.CloseTransport>();
        Assert.Equal(ClientState.Reconnecting, client.Machine.State);
    }

    [Fact]
    public void Any_frame_is_a_sign_of_life()
    {
        var client = MachineFixture.Connected();

        for (var i = 0; i < 5; i++)
        {
            client.Pass(TimeSpan.FromSeconds(9));
            client.Receive(new ServerFrame.Pong());
        }

        Assert.Equal(ClientState.Connected, client.Machine.State);
    }

    [Fact]
    public void Answers_a_ping()
    {
        var client = MachineFixture.Connected();

        client.Receive(new ServerFrame.Ping());

        client.TakeFrame<ClientFrame.Pong>();
    }

    [Fact]
    public void Gives_up_a_transport_that_does_not_open_and_a_greeting_that_is_not_answered()
    {
        var client = new MachineFixture().Start();
        client.TakeOne<ClientEffect.Open>();

        client.Pass(TimeSpan.FromSeconds(10));
        client.TakeOne<ClientEffect.CloseTransport>();

        client.Pass(TimeSpan.FromMilliseconds(100));
        client.Greet();
        client.Pass(TimeSpan.FromSeconds(10));
        client.TakeOne<ClientEffect.CloseTransport>();
    }

    [Fact]
    public void Says_bye_and_waits_for_the_close()
    {
        var client = MachineFixture.Connected();

        client.Machine.Close(client.Now, keepSession: false);
        Assert.False(client.TakeFrame<ClientFrame.Bye>().KeepSession);
        Assert.Equal(ClientState.Connected, client.Machine.State);
        client.Receive(new ServerFrame.Close(CloseCode.Bye, "bye"));

        Assert.Equal(ClientState.Closed, client.Machine.State);
        Assert.Null(client.Machine.NextDeadline);
    }

    [Fact]
    public void Anything_before_the_welcome_is_a_fault_of_the_server()
    {
        var client = new MachineFixture().Start().Greet();

        client.Receive(new ServerFrame.Ok { Id = 1 });

        client.TakeOne<ClientEffect.CloseTransport>();
        Assert.Equal(ClientState.Connecting, client.Machine.State);
    }
}
