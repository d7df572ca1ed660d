using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Sharding.Links;

namespace RealTimeActors.Engine.Nodes.Messages;

internal delegate void WriteMessage<in T>(PayloadWriter to, T value, ILinkTable table);
