using RealTimeActors.Engine;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Protocol.Names;
using RealTimeActors.Server.FundingSheet;

namespace RealTimeActors.Server.Tests.FundingSheet;

public sealed class FundingSheetTests
{
    private static readonly ChannelName _sheet = ChannelName.Parse("demo.funding.sheet");

    [Fact]
    public void The_page_is_told_the_rules_by_which_the_server_decides()
    {
        var rules = FundingSheetRules.Of(new EngineOptions().WithFundingSheet().SettingsOf(_sheet).Merge.Text);

        Assert.Equal("last-write", rules.Default);
        Assert.Equal(["amount", "approvedBy", "bid", "releasedBy", "spent", "tags"], rules.Fields.Keys);
        Assert.Equal(["last-write", "first-write", "max", "reject", "sum", "union"], rules.Fields.Values);
    }

    [Fact]
    public void What_the_configuration_says_of_its_channels_counts()
    {
        Assert.True(ConflictRules.TryCreate("first-write", [], out var own, out var error), error);
        var options = new EngineOptions { Channels = [(ChannelPattern.Parse("demo.>"), new ChannelSettings { Merge = own })] };

        var rules = FundingSheetRules.Of(options.WithFundingSheet().SettingsOf(_sheet).Merge.Text);

        Assert.Equal("first-write", rules.Default);
        Assert.Empty(rules.Fields);
    }

    [Fact]
    public void Other_channels_are_as_they_were()
    {
        var settings = new EngineOptions().WithFundingSheet().SettingsOf(ChannelName.Parse("funding.sheet"));

        Assert.Equal(ConflictRules.Default.Digest, settings.Merge.Digest);
        Assert.Null(settings.Retention.Age);
    }
}
