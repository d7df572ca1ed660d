using RealTimeActors.Engine.Access;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Tests.Access;

public sealed class AccessRulesTests
{
    private const Rights Reader = Rights.Subscribe | Rights.History;

    private static readonly Identity _nobody = new() { User = "u1" };

    [Fact]
    public void Nobody_has_what_nobody_gave_him()
    {
        Assert.Equal(Rights.None, RightsIn(AccessRules.Closed, _nobody, "a"));
    }

    [Fact]
    public void Everybody_has_everything_where_nobody_is_asked()
    {
        Assert.Equal(Rights.All, RightsIn(AccessRules.Closed, Identity.Everybody, "a"));
        Assert.Equal(Rights.All, RightsIn(AccessRules.Closed, Identity.Everybody, "$dlq.a"));
    }

    [Theory]
    [InlineData("funding.grants", "funding.grants", Reader)]
    [InlineData("funding.*", "funding.grants", Reader)]
    [InlineData("funding.>", "funding.grants.new", Reader)]
    [InlineData("funding.*", "funding.grants.new", Rights.None)]
    [InlineData("funding.grants", "funding", Rights.None)]
    [InlineData(">", "$server.alerts", Rights.None)]
    [InlineData(">", "$dlq.funding.grants", Rights.Subscribe | Rights.History)]
    [InlineData("$dlq.>", "$dlq.funding.grants", Reader)]
    public void A_token_gives_rights_on_the_channels_that_its_pattern_matches(string pattern, string channel, Rights expected)
    {
        var identity = _nobody with { Grants = [new ChannelGrant(ChannelPattern.Parse(pattern), Reader)] };

        Assert.Equal(expected, RightsIn(AccessRules.Closed, identity, channel));
    }

    [Fact]
    public void Of_the_configuration_the_most_specific_pattern_counts_and_adds_to_the_token()
    {
        var rules = new AccessRules([Rule(">", Rights.All), Rule("funding.*", Rights.Subscribe), Rule("funding.grants", Rights.Presence, ("editor", Rights.Publish))], isOpen: false);
        var editor = _nobody with { Roles = ["editor"], Grants = [new ChannelGrant(ChannelPattern.Parse("funding.grants"), Rights.History)] };

        Assert.Equal(Rights.Presence | Rights.Publish | Rights.History, RightsIn(rules, editor, "funding.grants"));
        Assert.Equal(Rights.Presence, RightsIn(rules, _nobody, "funding.grants"));
        Assert.Equal(Rights.Subscribe, RightsIn(rules, _nobody, "funding.other"));
        Assert.Equal(Rights.All, RightsIn(rules, _nobody, "elsewhere"));
    }

    [Fact]
    public void An_open_server_opens_what_no_rule_names_and_nothing_of_its_own()
    {
        var rules = new AccessRules([Rule("closed.>", Rights.None)], isOpen: true);

        Assert.Equal(Rights.All & ~Rights.Admin, RightsIn(rules, _nobody, "a"));
        Assert.Equal(Rights.None, RightsIn(rules, _nobody, "closed.a"));
        Assert.Equal(Rights.None, RightsIn(rules, _nobody, "$server.alerts"));
        Assert.Equal(Rights.None, RightsIn(rules, _nobody, "$dlq.closed.a"));
        Assert.Equal(Rights.Subscribe | Rights.History, RightsIn(rules, _nobody, "$dlq.a"));
    }

    [Theory]
    [InlineData("u1", "$user.u1", Reader)]
    [InlineData("u1", "$user.u11", Rights.None)]
    [InlineData("u1", "$user.u2", Rights.None)]
    [InlineData("u1", "$user.u1.more", Rights.None)]
    [InlineData("u1", "$dlq.u1", Rights.None)]
    public void Everybody_may_follow_and_read_his_own_channel_and_no_other_of_the_server(string user, string channel, Rights expected)
    {
        Assert.Equal(expected, RightsIn(AccessRules.Closed, new Identity { User = user }, channel));
    }

    private static Rights RightsIn(AccessRules rules, Identity identity, string channel) => rules.RightsOf(identity, ChannelName.Parse(channel));

    private static AccessRule Rule(string pattern, Rights authenticated, params (string Role, Rights Rights)[] roles) =>
        new(ChannelPattern.Parse(pattern), authenticated, roles.ToDictionary(role => role.Role, role => role.Rights));
}
