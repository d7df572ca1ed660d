using System.Text;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.DeadLetters;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Tests.DeadLetters;

public sealed class DeadLetterTests
{
    private static readonly NackedEvent _nacked = new(7, NackPhase.GivenUp, 5, 0, "no");

    [Fact]
    public void A_letter_becomes_the_event_again_that_it_was()
    {
        var e = Event("""{"grant":7,"amount":1.50}""");

        var again = DeadLetter.ToReplay(LetterOf(e), sequence: 3, out _)!;

        Assert.Equal((e.Type, e.Key, e.Priority, e.Source, e.CorrelationId, e.User, e.Id), (again.Type, again.Key, again.Priority, again.Source, again.CorrelationId, again.User, again.MessageId));
        Assert.Equal("""{"grant":7,"amount":1.50}""", Encoding.UTF8.GetString(again.Data.Span));
        Assert.Equal(("$replay/$dlq.funding", 3L), (again.ProducerId, again.ProducerSequence));
    }

    [Fact]
    public void A_value_that_is_as_deep_as_may_be_stands_in_the_letter_as_text()
    {
        var deep = new string('[', 32) + new string(']', 32);

        var letter = LetterOf(Event(deep));

        Assert.Contains("\"dataText\":", Encoding.UTF8.GetString(letter.Data.Span), StringComparison.Ordinal);
        Assert.Equal(deep, Encoding.UTF8.GetString(DeadLetter.ToReplay(letter, 1, out _)!.Data.Span));
    }

    [Fact]
    public void A_letter_without_the_event_says_so_and_cannot_be_replayed()
    {
        var letter = LetterOf(null);

        Assert.Contains("\"gone\":true", Encoding.UTF8.GetString(letter.Data.Span), StringComparison.Ordinal);
        Assert.Null(DeadLetter.ToReplay(letter, 1, out _));
    }

    [Fact]
    public void A_change_of_the_state_is_not_forged_by_a_replay()
    {
        var letter = LetterOf(Event("""{"operation":"set"}""") with { Type = ServerTypes.State });

        Assert.Null(DeadLetter.ToReplay(letter, 1, out var problem));
        Assert.Contains("mutate once more", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("funding", "$dlq.funding")]
    [InlineData("$user.ann", "$dlq.$user.ann")]
    [InlineData("$dlq.funding", null)]
    public void A_channel_has_dead_letters_and_these_have_none(string channel, string? letters)
        => Assert.Equal(letters, DeadLetterChannel.Of(ChannelName.Parse(channel))?.Value);

    [Fact]
    public void Dead_letters_are_bounded_unless_configured()
    {
        var retention = new EngineOptions().SettingsOf(ChannelName.Parse("$dlq.a")).Retention;

        Assert.Equal((TimeSpan.FromDays(30), 100_000L), (retention.Age, retention.Count));
    }

    [Theory]
    [InlineData(Rights.History, Rights.Subscribe | Rights.History)]
    [InlineData(Rights.Admin, Rights.Subscribe | Rights.History | Rights.Admin)]
    [InlineData(Rights.Subscribe | Rights.Publish | Rights.Mutate, Rights.None)]
    public void Who_may_read_the_past_of_a_channel_or_administers_it_may_read_its_dead_letters(Rights onChannel, Rights onLetters)
    {
        var identity = new Identity { User = "ann", Grants = [new ChannelGrant(ChannelPattern.Parse("funding"), onChannel)] };

        Assert.Equal(onLetters, AccessRules.Closed.RightsOf(identity, ChannelName.Parse("$dlq.funding")));
    }

    private static ChannelEvent Event(string data) => new()
    {
        Channel = "funding",
        Offset = 7,
        Id = "m-1",
        Type = "funding.grant_updated",
        TimeUnixMs = 1_795_255_200_000,
        Priority = Priority.High,
        Key = "grant-7",
        Source = "office",
        User = "bob",
        CorrelationId = "c-1",
        Data = Encoding.UTF8.GetBytes(data),
    };

    private static ChannelEvent LetterOf(ChannelEvent? e)
    {
        var publication = DeadLetter.ToPublication("s-1", "ann", _nacked, ChannelName.Parse("funding"), "k3", e);
        return publication.ToEvent(ChannelName.Parse("$dlq.funding"), "d1", 1, 0);
    }
}
