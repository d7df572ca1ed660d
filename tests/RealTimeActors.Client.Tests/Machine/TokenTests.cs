using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Machine;

public sealed class TokenTests
{
    private readonly MachineFixture _client = new MachineFixture(options => options with { UsesTokens = true }).Start();

    [Theory]
    [InlineData(0.0, 3_600, 3_540)]
    [InlineData(1.0, 3_600, 3_480)]
    [InlineData(0.0, 100, 80)]
    [InlineData(1.0, 100, 60)]
    public void A_token_is_replaced_in_place_a_little_before_its_end(double chance, int goodForSeconds, int renewedAfterSeconds)
    {
        _client.Chance = chance;
        Connect(TimeSpan.FromSeconds(goodForSeconds));

        PassAlive(renewedAfterSeconds - 1);
        Assert.Empty(_client.Take<ClientEffect.ObtainToken>());
        PassAlive(2);
        _client.TakeOne<ClientEffect.ObtainToken>();
        _client.Machine.TokenObtained(_client.Now, "second", TimeSpan.FromHours(10));

        var refresh = _client.TakeFrame<ClientFrame.Refresh>();
        Assert.Equal("second", refresh.Token);
        _client.Receive(new ServerFrame.Ok { Id = refresh.Id });
        Assert.Equal(ClientState.Connected, _client.Machine.State);
        Assert.Equal("second", _client.Reconnect().Hello.Token);
    }

    [Fact]
    public void When_no_new_token_can_be_had_the_connection_goes_on_and_it_is_tried_again()
    {
        Connect(TimeSpan.FromSeconds(10));
        PassAlive(9);
        _client.TakeOne<ClientEffect.ObtainToken>();

        _client.Machine.TokenFailed(_client.Now, "down");
        Assert.Equal(ClientState.Connected, _client.Machine.State);
        _client.Pass(TimeSpan.FromMilliseconds(100));

        _client.TakeOne<ClientEffect.ObtainToken>();
    }

    [Fact]
    public void A_token_that_has_ended_while_there_was_no_connection_is_not_shown()
    {
        Connect(TimeSpan.FromSeconds(10));
        _client.Lose(CloseCode.TryAgain);

        var isAsked = false;
        var seconds = 0;
        for (; seconds < 20 && !isAsked; seconds++)
        {
            _client.Pass(TimeSpan.FromSeconds(1));
            foreach (var effect in _client.Take())
            {
                isAsked |= effect is ClientEffect.ObtainToken;
                if (effect is ClientEffect.Open open)
                    _client.Machine.Disconnected(_client.Now, open.Connection, null, "no server");
            }
        }

        Assert.True(isAsked);
        Assert.InRange(seconds, 6, 11);
    }

    [Fact]
    public void A_token_of_which_nothing_is_known_is_replaced_when_the_server_says_so()
    {
        Connect(goodFor: null);
        PassAlive(100_000);
        Assert.Empty(_client.Take<ClientEffect.ObtainToken>());

        _client.Receive(new ServerFrame.Close(CloseCode.TokenRevoked, "revoked") { AfterMs = 1_000 });
        Assert.Empty(_client.Take<ClientEffect.ObtainToken>());
        _client.Pass(TimeSpan.FromSeconds(1));

        _client.TakeOne<ClientEffect.ObtainToken>();
    }

    [Fact]
    public void Whoever_is_put_out_for_good_does_not_come_back()
    {
        Connect(goodFor: null);

        _client.Receive(new ServerFrame.Close(CloseCode.PutOut, "put out by an administrator"));

        Assert.Equal(ClientState.Closed, _client.Machine.State);
    }

    [Fact]
    public void Without_a_token_to_give_it_connects_without()
    {
        _client.TakeOne<ClientEffect.ObtainToken>();

        _client.Machine.TokenObtained(_client.Now, null);

        Assert.Null(_client.Greet().Hello.Token);
    }

    [Theory]
    [InlineData(AckMode.Auto)]
    [InlineData(AckMode.None)]
    public void A_hello_that_may_not_begin_at_its_position_goes_on_at_the_sessions_cursor(AckMode ack)
    {
        Connect(goodFor: null);
        var subscription = _client.Follow(from: From.Now, ack: ack);
        _client.Receive(MachineFixture.Subscribed(5) with { Id = _client.TakeFrame<ClientFrame.Subscribe>().Id });
        _client.Lose();
        _client.Pass(TimeSpan.FromSeconds(1));
        Assert.IsType<From.Position>(Assert.Single(_client.Greet().Hello.Subscriptions).From);
        _client.Welcome();
        _client.Take();

        _client.Receive(new ServerFrame.Unsubscribed("prices", UnsubscribeCode.RightMissing, "no history"));

        var asked = _client.TakeFrame<ClientFrame.Subscribe>();
        Assert.IsType<From.AtSession>(asked.From);
        _client.Receive(new ServerFrame.Error(ErrorCode.Forbidden, "nothing at all") { Id = asked.Id });
        Assert.True(subscription.IsEnded);
        Assert.Equal((int)ErrorCode.Forbidden, _client.Take<ClientEffect.Notify>().Select(notify => notify.Notice).OfType<SubscriptionNotice.Ended>().Single().Code);
    }

    [Fact]
    public void A_subscription_whose_right_is_gone_ends()
    {
        Connect(goodFor: null);
        var subscription = _client.Follow();
        _client.Receive(MachineFixture.Subscribed(5) with { Id = _client.TakeFrame<ClientFrame.Subscribe>().Id });

        _client.Receive(new ServerFrame.Unsubscribed("prices", UnsubscribeCode.RightMissing, "not yours any more"));

        Assert.True(subscription.IsEnded);
    }

    private void Connect(TimeSpan? goodFor)
    {
        _client.TakeOne<ClientEffect.ObtainToken>();
        _client.Machine.TokenObtained(_client.Now, "first", goodFor);
        Assert.Equal("first", _client.Greet().Hello.Token);
        _client.Welcome(isResumed: false);
        _client.Take();
    }

    /// <summary>Time passes, and the server gives signs of life.</summary>
    private void PassAlive(int seconds)
    {
        for (var passed = 0; passed < seconds; passed += 5)
        {
            _client.Pass(TimeSpan.FromSeconds(Math.Min(5, seconds - passed)));
            _client.Receive(new ServerFrame.Pong());
        }
    }
}
