using System.Diagnostics.CodeAnalysis;

namespace RealTimeActors.Protocol.Integrity.Hashing;

/// <summary>What SHA-256 does (FIPS 180-4, 4.1.2), and messages of hashes need, with words of 32 bits that lie side by side in a vector, one of each message.</summary>
/// <typeparam name="TVector">The vector: as many words as the processor works on at once.</typeparam>
internal interface ILanes<TVector>
    where TVector : unmanaged
{
    /// <summary>The same word in all lanes.</summary>
    static abstract TVector All(uint word);

    /// <summary>The sum in each lane, modulo 2³².</summary>
    static abstract TVector Add(TVector one, TVector other);

    /// <summary>Rotated to the right by each of the three, and these combined by exclusive or.</summary>
    static abstract TVector Rotated(TVector x, [ConstantExpected] byte by, [ConstantExpected] byte andBy, [ConstantExpected] byte andByToo);

    /// <summary>Rotated to the right by two, shifted by the third, and these combined by exclusive or.</summary>
    static abstract TVector RotatedAndShifted(TVector x, [ConstantExpected] byte by, [ConstantExpected] byte andBy, [ConstantExpected] byte shift);

    /// <summary>Each bit of <paramref name="one"/> where <paramref name="by"/> has one, else of <paramref name="other"/>.</summary>
    static abstract TVector Choose(TVector by, TVector one, TVector other);

    /// <summary>Each bit as at least two of the three have it.</summary>
    static abstract TVector Majority(TVector a, TVector b, TVector c);

    /// <summary>What hashes become words by that do not begin at a word: the last byte of <paramref name="one"/>, then the first three of <paramref name="next"/>.</summary>
    static abstract TVector Straddling(TVector one, TVector next);
}
