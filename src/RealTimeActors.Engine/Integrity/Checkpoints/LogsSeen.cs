using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Engine.Integrity.Checkpoints;

/// <summary>So far these logs reach. Told by a <see cref="LogsLook"/>.</summary>
internal sealed record LogsSeen(IReadOnlyList<StreamInfo> Streams);
