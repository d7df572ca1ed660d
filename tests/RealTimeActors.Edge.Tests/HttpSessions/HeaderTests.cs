using RealTimeActors.Edge.EventStreams;
using RealTimeActors.Edge.HttpSessions;
using RealTimeActors.Engine.HttpSessions;

namespace RealTimeActors.Edge.Tests.HttpSessions;

public sealed class HeaderTests
{
    [Theory]
    [InlineData("s-1; k", "s-1", "k")]
    [InlineData("s-1;k_-9", "s-1", "k_-9")]
    [InlineData("  s-1 ;\tk  ", "s-1", "k")]
    public void A_session_is_its_id_and_its_key(string text, string id, string key)
    {
        Assert.True(SessionCredentials.TryParse(text, out var credentials));
        Assert.Equal((id, key), (credentials.Id, credentials.Key));
        Assert.DoesNotContain(key, credentials.ToString().Split(';')[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s-1")]
    [InlineData("s-1;")]
    [InlineData(";k")]
    [InlineData("s-1; k; more")]
    [InlineData("s 1; k")]
    [InlineData("s-1; k\"")]
    [InlineData("s-1, k")]
    [InlineData("s-ü; k")]
    [InlineData("s-1; 12345678901234567890123456789012345678901234567890123456789012345")]
    public void Anything_else_is_no_session(string text) => Assert.False(SessionCredentials.TryParse(text, out _));

    [Theory]
    [InlineData("abc.12", "abc", 12)]
    [InlineData("a-b_c.0", "a-b_c", 0)]
    [InlineData("a.9223372036854775807", "a", long.MaxValue)]
    public void A_batch_is_its_connection_and_its_number(string text, string connection, long number)
    {
        Assert.True(BatchId.TryParse(text, out var id));
        Assert.Equal(new BatchId(connection, number), id);
        Assert.Equal(text, id.ToString());
    }

    [Theory]
    [InlineData(".1")]
    [InlineData("abc")]
    [InlineData("abc.")]
    [InlineData("abc.-1")]
    [InlineData("abc. 1")]
    [InlineData("abc.1x")]
    [InlineData("a b.1")]
    [InlineData("abc.9223372036854775808")]
    public void Anything_else_is_no_batch(string text) => Assert.False(BatchId.TryParse(text, out _));

    [Theory]
    [InlineData("k3-94", "k3", 94)]
    [InlineData("k-3-0", "k-3", 0)]
    [InlineData("k3-9007199254740991", "k3", 9007199254740991)]
    public void A_position_is_an_epoch_and_an_offset(string text, string epoch, long offset)
    {
        Assert.True(StreamPosition.TryParse(text, out var position));
        Assert.Equal(new StreamPosition(epoch, offset), position);
        Assert.Equal(text, position.ToString());
    }

    [Theory]
    [InlineData("94")]
    [InlineData("-94")]
    [InlineData("k3-")]
    [InlineData("k3--")]
    [InlineData("k3-9007199254740992")]
    [InlineData("k3-1e3")]
    [InlineData("k\n-3")]
    public void Anything_else_is_no_position(string text) => Assert.False(StreamPosition.TryParse(text, out _));
}
