using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace CoralMux.Architecture.Reading;

/// <summary>The metadata tokens that the instructions of a method body carry (ECMA-335, partition III).</summary>
internal static class InstructionTokens
{
    private const byte TwoBytes = 0xFE;

    private static readonly Dictionary<int, OperandType> Operands = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value & 0xFFFF, code => code.OperandType);

    /// <summary>Handles of types, methods, fields and signatures, in the order of the code.</summary>
    public static IEnumerable<EntityHandle> In(byte[] body)
    {
        for (var at = 0; at < body.Length;)
        {
            var code = body[at] == TwoBytes ? (TwoBytes << 8) | body[at + 1] : body[at];
            at += code > byte.MaxValue ? 2 : 1;
            var operand = Operands[code];
            if (operand is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType)
                yield return MetadataTokens.EntityHandle(BitConverter.ToInt32(body, at));
            at += SizeOf(operand, body, at);
        }
    }

    private static int SizeOf(OperandType operand, byte[] body, int at) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(body, at)),
        _ => 4,
    };
}
