using RealTimeActors.Engine.Access;

namespace RealTimeActors.Engine.Tests.Access;

public sealed class RevocationsTests
{
    [Fact]
    public void What_is_stored_comes_back()
    {
        RevocationEvent[] events = [new RevocationEvent.Revoked("u1", 5, 10), new RevocationEvent.Revoked("ü2", 1_800_000_000_000, 1_800_000_086_400)];

        Assert.Equal(events, RevocationFormat.Read(RevocationFormat.Write(events)));
    }

    [Theory]
    [InlineData(new byte[] { 2 })]
    [InlineData(new byte[] { 1, 9 })]
    public void What_a_newer_version_stored_is_refused_and_the_message_says_so(byte[] row)
    {
        var fault = Assert.Throws<InvalidDataException>(() => RevocationFormat.Read(row));

        Assert.Contains("Use th", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(99L, true)]
    [InlineData(100L, false)]
    [InlineData(null, true)]
    public void A_token_is_revoked_that_was_issued_before_or_does_not_say_when(long? issued, bool isRevoked)
    {
        var revocations = new Revocations();
        revocations.Apply(new RevocationEvent.Revoked("u1", 100, 1_000));

        Assert.Equal(isRevoked, revocations.IsRevoked(new Identity { User = "u1", IssuedUnixMs = issued }, 500));
        Assert.False(revocations.IsRevoked(new Identity { User = "u1", IssuedUnixMs = issued }, 1_000));
        Assert.False(revocations.IsRevoked(new Identity { User = "u2", IssuedUnixMs = issued }, 500));
    }

    [Fact]
    public void What_says_nothing_any_more_does_not_stay_in_memory()
    {
        var revocations = new Revocations();

        for (var i = 0; i < 100_000; i++)
            revocations.Apply(new RevocationEvent.Revoked($"u{i}", i, i + 100));

        Assert.InRange(revocations.Count, 100, 1_100);
        Assert.Equal(100, revocations.All.Count());
    }
}
