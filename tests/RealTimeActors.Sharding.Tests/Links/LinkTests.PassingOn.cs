namespace RealTimeActors.Sharding.Tests.Links;

/// <content>What a node passes on that was asked of it by another.</content>
public sealed partial class LinkTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_a_node_passes_on_is_answered_by_way_of_it_with_the_tag_of_who_asked_first(bool isKnownByName)
    {
        var c = ThirdNode();
        var tag = new object();
        AnswererOfB.Tell(new Talk.Ask("silence", tag, isKnownByName ? _a.WellKnown : _a.Probe.Ref));
        Settle();

        _b.AnswererOf("c").Tell(AskedOfB() with { Text = "hello" });
        Settle();

        var heard = isKnownByName ? _a.Heard : _a.Probe.Messages;
        var answer = Assert.IsType<Talk.Answer>(Assert.Single(heard));
        Assert.Equal(("hello!", true), (answer.Text, ReferenceEquals(tag, answer.Tag)));
        Assert.Empty(_a.Undelivered.Concat(_b.Undelivered).Concat(c.Undelivered));
    }

    [Fact]
    public void What_is_passed_on_and_lost_with_the_second_connection_comes_back_where_it_was_passed_on()
    {
        ThirdNode();
        Ask("silence", new object());
        Settle();
        _b.AnswererOf("c").Tell(AskedOfB());
        Settle();

        _network.Cut("b", "c");
        Settle();

        Assert.Same(AskedOfB(), Assert.Single(_b.Undelivered).Message);
        AskedOfB().ReplyTo.Tell(new Talk.Answer("nobody knows", AskedOfB().Tag));
        Settle();
        Assert.Equal("nobody knows", ((Talk.Answer)Assert.Single(_a.Probe.Messages)).Text);
    }

    [Fact]
    public void What_names_who_is_told_more_is_not_passed_on()
    {
        var c = ThirdNode();
        Ask("silence", new object());
        Settle();

        _b.AnswererOf("c").Tell(AskedOfB() with { Text = "for you" });
        Settle();

        Assert.Contains("came from another node", Assert.Single(_b.Undelivered).Reason, StringComparison.Ordinal);
        Assert.Empty(c.Heard);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_asked_from_outside_and_passed_on_is_answered_by_way_of_who_passed_it_on(bool hasTag)
    {
        var c = ThirdNode();
        var asker = new OneAnswer();
        AnswererOfB.Tell(new Talk.Ask("silence", hasTag ? new object() : null, asker));
        Settle();

        _b.AnswererOf("c").Tell(AskedOfB() with { Text = "hello" });
        Settle();

        Assert.Equal("hello!", Assert.IsType<Talk.Answer>(asker.Answer).Text);
        _network.Cut("b", "c");
        _network.Cut("a", "b");
        Settle();
        Assert.Empty(_a.Undelivered.Concat(_b.Undelivered).Concat(c.Undelivered));
    }

    [Fact]
    public void What_is_asked_from_outside_and_lost_with_the_second_connection_is_answered_by_who_passed_it_on()
    {
        ThirdNode();
        var asker = new OneAnswer();
        AnswererOfB.Tell(new Talk.Ask("silence", null, asker));
        Settle();
        _b.AnswererOf("c").Tell(AskedOfB());
        Settle();

        _network.Cut("b", "c");
        Settle();

        Assert.Same(AskedOfB(), Assert.Single(_b.Undelivered).Message);
        AskedOfB().ReplyTo.Tell(new Talk.Answer("nobody knows", null));
        Settle();
        Assert.Equal("nobody knows", Assert.IsType<Talk.Answer>(asker.Answer).Text);
    }

    [Fact]
    public void A_link_goes_on_after_what_was_too_long_to_be_passed_on()
    {
        ThirdNode();
        Ask("silence", new object());
        Settle();
        _b.AnswererOf("c").Tell(AskedOfB() with { Text = new string('x', 2_000) });

        // It gets the number that the other one would have had.
        _b.AnswererOf("c").Tell(new Talk.Ask("silence", new object(), _b.Probe.Ref));
        _world.Advance(TimeSpan.FromSeconds(1));

        _b.AnswererOf("c").Tell(new Talk.Ask("hello", null, _b.Probe.Ref));
        Settle();
        Assert.Equal("hello!", ((Talk.Answer)_b.Probe.Messages[^1]).Text);
        Assert.Contains("more than the 1000", Assert.Single(_b.Undelivered).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Whose_connection_has_ended_meanwhile_has_nothing_passed_on()
    {
        var c = ThirdNode();
        Ask("silence", new object());
        Settle();
        _network.Cut("a", "b");
        Settle();

        _b.AnswererOf("c").Tell(AskedOfB());
        Settle();

        Assert.Single(_a.Undelivered);
        Assert.Single(_b.Undelivered);
        Assert.Empty(c.Heard);
    }
}
