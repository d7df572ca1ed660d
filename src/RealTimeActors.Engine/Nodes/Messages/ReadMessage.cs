using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Sharding.Links;

namespace RealTimeActors.Engine.Nodes.Messages;

internal delegate T ReadMessage<out T>(ref PayloadReader from, ILinkTable table);
