using RealTimeActors.Actors;
using RealTimeActors.Engine.Inspection;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Tests.Inspection;

/// <summary>Asks a node about itself and lets it answer.</summary>
internal static class Inspections
{
    internal static TReply Ask<TReply>(this TestNode node, Func<IActorRef<InspectionReply>, InspectionCommand> make)
        where TReply : InspectionReply
    {
        var answers = new Answers();
        node.Engine.Inspector.Tell(make(answers));
        node.World.Advance(InspectionLimits.Within);
        return Assert.IsType<TReply>(Assert.Single(answers.Replies));
    }

    internal static InspectionReply.Sessions Followers(this TestNode node, string channel, SessionCursor? from = null, int limit = 100) =>
        node.Ask<InspectionReply.Sessions>(replyTo => new InspectionCommand.ListFollowers(ChannelName.Parse(channel), from ?? SessionCursor.Start, limit, replyTo));

    internal static InspectionReply.Sessions Sessions(this TestNode node, SessionCursor? from = null, int limit = 100, string? user = null) =>
        node.Ask<InspectionReply.Sessions>(replyTo => new InspectionCommand.ListSessions(user, from ?? SessionCursor.Start, limit, replyTo));

    internal static InspectionReply.Channels Channels(this TestNode node, string prefix = "", string after = "", int limit = 100) =>
        node.Ask<InspectionReply.Channels>(replyTo => new InspectionCommand.ListChannels(prefix, after, limit, null, replyTo));

    internal static SessionView? Session(this TestNode node, string id) =>
        node.Ask<InspectionReply.Sessions>(replyTo => new InspectionCommand.ShowSession(id, replyTo)).Items.SingleOrDefault();

    internal sealed class Answers : IActorRef<InspectionReply>
    {
        public ActorPath Path { get; } = new(null, "answers");

        internal List<InspectionReply> Replies { get; } = [];

        public void Tell(InspectionReply message) => Replies.Add(message);
    }
}
