namespace RealTimeActors.Engine;

/// <summary>
/// Faults that the simulation plants on purpose, one at a time, to prove that its checkers find what they claim to find. Each is one line at the place it names; nothing
/// but <see cref="EngineOptions.Bug"/> turns one on, and no configuration reaches that.
/// </summary>
internal enum PlantedBug
{
    None,
    AckBeforeCommit,
    BroadcastBeforeCommit,
    DedupeLostInSnapshot,
    CursorBeforeAck,
    GapNotTold,
    SkipNotTold,
    KeyNotDurable,
    ResumeIgnoresEpoch,
    RingLosesOne,
    ReceiptWrongOffset,
    RetentionOffByOne,
    CreditIgnored,
    TakeOverLeavesBoth,
    DuplicateOtherHash,
    EpochKept,
    UnknownTakenAsFailed,
    ChainForgotten,
    OfferedTwice,
    RightsNotCheckedAtResume,
    RefreshKeepsOldRights,
    ExpiryIgnored,
    RevocationNotJournaled,
    SessionOfOtherUser,
    HeldToldAsLeftOut,
    LeftOutToldLate,
    ConflationDropsNewest,
    ImmediateConflated,
    DebounceTooSoon,
    RateForgotten,
    FilterTooNarrow,
    FieldsForgottenFromLog,
    BirthNotTold,
    HandOverRepeatsOne,
    CatchUpRepeatsOne,
    HeldForgottenAtRejoin,
    ConflatingEndsTooEarly,
    PieceCreditKept,
}
