using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Presence;

/// <summary>How long members are on the wire, about: never shorter than they are in Protobuf, and in JSON only where a name is full of escapes.</summary>
internal static class MemberBytes
{
    private const int Around = 48;

    internal static int Of(Member member) => Around + member.Session.Length + (3 * (member.User?.Length ?? 0)) + member.State.Length;

    internal static long Of(IReadOnlyList<Member> members)
    {
        var bytes = 0L;
        foreach (var member in members)
            bytes += Of(member);

        return bytes;
    }

    /// <summary>Whether others see the same of both.</summary>
    internal static bool AreAlike(Member one, Member other) => one.User == other.User && one.State.Span.SequenceEqual(other.State.Span);
}
