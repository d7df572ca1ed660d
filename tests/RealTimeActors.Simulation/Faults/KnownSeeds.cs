using RealTimeActors.Engine;

namespace RealTimeActors.Simulation.Faults;

/// <summary>
/// Where planted bugs were met last, so that the tests need not look for them anew every time: printed by <c>--plant all --table</c>, beside how many schedules it takes from seeds that know nothing of them. Where the
/// engine has changed and none of a bug's seeds meets it any more, it is hunted for.
/// </summary>
internal static class KnownSeeds
{
    /// <summary>One of each hunt that found it, the soonest first.</summary>
    public static ReadOnlySpan<ulong> Of(PlantedBug bug) => bug switch
    {
        PlantedBug.AckBeforeCommit => [1, 10001, 20001],
        PlantedBug.BroadcastBeforeCommit => [1, 10001, 20001],
        PlantedBug.DedupeLostInSnapshot => [10001, 20002, 4],
        PlantedBug.CursorBeforeAck => [1, 10001, 20001],
        PlantedBug.GapNotTold => [1, 10001, 20001],
        PlantedBug.SkipNotTold => [1, 10001, 20001],
        PlantedBug.KeyNotDurable => [1, 10001, 20001],
        PlantedBug.ResumeIgnoresEpoch => [10001, 20007, 14],
        PlantedBug.RingLosesOne => [1, 10001, 20001],
        PlantedBug.ReceiptWrongOffset => [1, 10001, 20001],
        PlantedBug.RetentionOffByOne => [1, 10001, 20001],
        PlantedBug.CreditIgnored => [1, 20001, 10002],
        PlantedBug.TakeOverLeavesBoth => [20001, 2, 10003],
        PlantedBug.DuplicateOtherHash => [1, 10001, 20001],
        PlantedBug.EpochKept => [10001, 20007, 10],
        PlantedBug.UnknownTakenAsFailed => [20001, 5, 10009],
        PlantedBug.ChainForgotten => [1, 10001, 20001],
        PlantedBug.BatchOfAnotherLine => [20061, 10084, 117],
        PlantedBug.OfferedTwice => [1, 10001, 20001],
        PlantedBug.RightsNotCheckedAtResume => [3, 10005, 20006],
        PlantedBug.RefreshKeepsOldRights => [2, 20003, 10005],
        PlantedBug.ExpiryIgnored => [20003, 9, 10014],
        PlantedBug.RevocationNotJournaled => [20012, 23, 10053],
        PlantedBug.SessionOfOtherUser => [20001, 2, 10005],
        PlantedBug.HeldToldAsLeftOut => [20001, 2, 10003],
        PlantedBug.LeftOutToldLate => [20001, 2, 10003],
        PlantedBug.ConflationDropsNewest => [10001, 20001, 2],
        PlantedBug.ImmediateConflated => [1, 10001, 20001],
        PlantedBug.DebounceTooSoon => [1, 10001, 20001],
        PlantedBug.RateForgotten => [20011, 10021, 23],
        PlantedBug.FilterTooNarrow => [2, 10002, 20003],
        PlantedBug.FieldsForgottenFromLog => [20001, 4, 10004],
        PlantedBug.BirthNotTold => [1, 10001, 20003],
        PlantedBug.HandOverRepeatsOne => [1, 10001, 20005],
        PlantedBug.FoldForgetsClock => [10002, 20002, 18],
        PlantedBug.SnapshotWithoutWindows => [10002, 20002, 18],
        PlantedBug.MutatedBeforeCommit => [1, 10002, 20002],
        PlantedBug.BeginningToldOnce => [132, 356],
        PlantedBug.SnapshotPartsOfTwoOffsets => [49],
        PlantedBug.RevokedWithoutAll => [10, 10014],
        PlantedBug.RememberedNotStarted => [6, 10006],
        PlantedBug.RelayLosesPart => [2, 10002],
        PlantedBug.RelayedMixedUp => [2, 10015],
        _ => [],
    };
}
