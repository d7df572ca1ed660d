using RealTimeActors.Engine.Conflicts;

namespace RealTimeActors.Engine.States;

/// <summary>The state as it was after an offset, and the rules that the log has named up to there: from here a fold goes on.</summary>
internal sealed record StateAt(long Offset, StateDocument Document, RuleSets Rules);
