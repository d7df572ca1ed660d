using System.Text;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Workloads;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>
/// Who is shown to be there has said so, in these words, and the frames of a connection make sense one after the other. That everybody's view becomes what is, and that who has crashed is gone from it, is
/// asked for at rest by <see cref="PresenceRoom"/>.
/// </summary>
internal sealed class Presence : Checker
{
    private readonly SortedDictionary<int, PresenceShown> _shown = [];
    private readonly SortedSet<(string Session, string State)> _said = [];

    public override void OnArrived(LinkView link, ClientFrame frame)
    {
        if (frame is ClientFrame.Presence { Leave: false } presence && link.Session is { } session)
            _said.Add((session, Encoding.UTF8.GetString(presence.State.Span)));
    }

    public override void OnSent(LinkView link, ServerFrame frame)
    {
        if (frame is ServerFrame.Page { What: "presence" } page)
        {
            RequireSaid(link, page.Members);
            return;
        }

        if (frame is not ServerFrame.PresenceDiff diff)
            return;

        if (!_shown.TryGetValue(link.Link.Number, out var shown))
            _shown.Add(link.Link.Number, shown = new PresenceShown());

        Seen.Sometimes.Count($"presence is told ({diff.Kind})");
        RequireSaid(link, diff.Joined);
        RequireSaid(link, diff.Updated);

        // Who begins to look on, or looks on otherwise, is told everything anew.
        if (shown.Take(diff) is { } fault)
            Fail($"{link.Name}: {fault}.");
    }

    private void RequireSaid(LinkView link, IReadOnlyList<Member> members)
    {
        foreach (var member in members)
            Require(_said.Contains((member.Session, PresenceShown.StateOf(member))), $"{link.Name} is shown {member.Session} as {PresenceShown.StateOf(member)}, who never said that it is there so.");
    }
}
