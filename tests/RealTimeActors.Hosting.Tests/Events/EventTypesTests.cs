using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using RealTimeActors.Hosting.Events;

namespace RealTimeActors.Hosting.Tests.Events;

public sealed partial class EventTypesTests
{
    [Fact]
    public void The_cases_of_a_union_are_named_by_attribute_or_by_their_own_names() =>
        Assert.Equal(["grant.amount_raised", "grant.ended", "grant.moved", "grant.opened"], EventTypes<GrantEvent>.Discover().Names);

    [Fact]
    public void A_record_of_its_own_is_named_by_its_name() => Assert.Equal(["http_call_made"], EventTypes<HTTPCallMade>.Discover().Names);

    [Fact]
    public void An_event_goes_into_the_log_and_comes_back()
    {
        var types = EventTypes<GrantEvent>.Discover();

        var (name, data) = types.Write(new GrantEvent.AmountRaised("g1", 2.5m), JsonSerializerOptions.Web);
        var (read, problem) = types.Read(name, data.Span, JsonSerializerOptions.Web);

        Assert.Equal("""{"by":2.5,"id":"g1"}""", Encoding.UTF8.GetString(data.Span));
        Assert.Equal(new GrantEvent.AmountRaised("g1", 2.5m), read);
        Assert.Null(problem);
    }

    [Theory]
    [InlineData("grant.frozen", "{}", "The event type 'grant.frozen' is not known here; known are grant.amount_raised, grant.ended, grant.moved, grant.opened.")]
    [InlineData("grant.opened", "[]", "The data of a 'grant.opened' is not of the form of ")]
    [InlineData("grant.opened", "null", "it is null")]
    public void What_is_none_of_them_says_why(string name, string data, string part)
    {
        var (read, problem) = EventTypes<GrantEvent>.Discover().Read(name, Encoding.UTF8.GetBytes(data), JsonSerializerOptions.Web);

        Assert.Null(read);
        Assert.Contains(part, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Types_can_be_named_one_by_one_with_json_that_was_generated()
    {
        var types = new EventTypes<GrantEvent>().Add<GrantEvent.Opened>("opened").WithJson(Generated.Default.Options);

        var (name, data) = types.Write(new GrantEvent.Opened("g1"), JsonSerializerOptions.Web);

        Assert.Equal(("opened", """{"Id":"g1"}"""), (name, Encoding.UTF8.GetString(data.Span)));
        Assert.Equal(new GrantEvent.Opened("g1"), types.Read(name, data.Span, JsonSerializerOptions.Web).Event);
        Assert.Throws<ArgumentException>(() => types.Write(new GrantEvent.Closed("g1"), JsonSerializerOptions.Web));
    }

    [Fact]
    public void Two_cases_of_one_name_are_refused()
    {
        var refused = Assert.Throws<ArgumentException>(() => new EventTypes<GrantEvent>().Add<GrantEvent.Opened>("a").Add<GrantEvent.Closed>("a"));

        Assert.Contains("'a'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_base_without_cases_is_refused() => Assert.Throws<ArgumentException>(() => EventTypes<Nothing>.Discover());

    public sealed record HTTPCallMade(int Status);

    public abstract record Nothing;

    [JsonSerializable(typeof(GrantEvent.Opened))]
    private sealed partial class Generated : JsonSerializerContext;
}
