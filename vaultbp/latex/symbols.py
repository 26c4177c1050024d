"""The vocabulary: what each LaTeX command and each Unicode character stands for.

``COMMANDS`` is the one table of commands, a row each: the token kind, the canonical value and, for
commands with arguments that the tokenizer skips, how many. Adding a construct means adding a row.
"""

from __future__ import annotations

from typing import NamedTuple

from vaultbp.latex.words import word_set


class Command(NamedTuple):
    """One LaTeX command. ``kind`` is a token kind of ``tokens`` or, for structure, ``cmd``."""

    kind: str
    value: str
    skips: int = 0
    """How many brace arguments to drop (``\\label{…}``)."""


def _rows(kind: str, table: str, skips: int = 0) -> dict[str, Command]:
    """``a=α b=β`` or plain ``a b`` (a command that stands for its own name)."""
    rows: dict[str, Command] = {}
    for item in table.split():
        name, equals, value = item.partition("=")
        rows[name] = Command(kind, value if equals else name, skips)
    return rows


GREEK = (
    "alpha=α beta=β gamma=γ delta=δ epsilon=ε varepsilon=ε zeta=ζ eta=η theta=θ vartheta=θ "
    "iota=ι kappa=κ varkappa=κ lambda=λ mu=μ nu=ν xi=ξ omicron=ο pi=π varpi=π rho=ρ varrho=ρ "
    "sigma=σ varsigma=ς tau=τ upsilon=υ phi=φ varphi=φ chi=χ psi=ψ omega=ω Gamma=Γ varGamma=Γ "
    "Delta=Δ varDelta=Δ Theta=Θ Lambda=Λ Xi=Ξ Pi=Π Sigma=Σ Upsilon=Υ Phi=Φ varPhi=Φ Psi=Ψ Omega=Ω "
    "ell=ℓ hbar=ℏ imath=i jmath=j aleph=ℵ infty=∞ emptyset=∅ varnothing=∅ Alpha=A Beta=B Eta=H "
    "Tau=T Rho=P Kappa=K Mu=M Nu=N Chi=X Zeta=Z Iota=I Epsilon=E digamma=ϝ eth=ð wp=℘ "
    "angle=∠ triangle=△ square=□ Box=□ bot=⊥ degree=° checkmark=✓ clubsuit=♣ heartsuit=♡ "
    "N=ℕ Z=ℤ Q=ℚ R=ℝ C=ℂ reals=ℝ Reals=ℝ natnums=ℕ cnums=ℂ"
)

FUNCTIONS = word_set(
    "sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth sech csch arsinh artanh "
    "arcosh asin acos atan atanh asinh acosh exp log ln lg lb det dim ker tr Tr trace rank diag "
    "sgn sign softmax softplus sigmoid logistic relu ReLU Relu ReLu elu ELU selu gelu GELU silu "
    "logit erf erfc arg Re Im Var var Cov cov Corr vec Vec span deg gcd lcm hom abs sqrt floor "
    "ceil mean std clip concat onehot LayerNorm layernorm BatchNorm KL div curl grad rot "
    "maxpool dropout Softmax Sigmoid Softplus LeakyReLU leakyReLU swish Swish mish MSE mse "
    "expit logsumexp LSE softsign hardtanh log1p expm1 atan2 arctg tg ctg sh ch th cth cosec "
    "col row Dropout Attention"
)
"""Names of functions when written with markup (``\\operatorname``) or as a run before a bracket."""

RUN_FUNCTIONS = word_set(
    "sin cos tan arcsin arccos arctan sinh cosh tanh exp log ln lg det tr Tr diag sgn sign softmax "
    "softplus sigmoid relu ReLU Relu ReLu elu ELU gelu GELU logit erf Var Cov sqrt rank trace "
    "logistic Softmax Sigmoid LeakyReLU"
)
"""Functions also when written as plain adjacent letters (``log(x)``, ``exp(-z)``)."""

EXTREMES = frozenset(("max", "min", "sup", "inf", "lim", "argmax", "argmin", "limsup", "liminf"))

ACCENTS = (
    "hat widehat=hat bar overline=bar tilde widetilde=tilde vec overrightarrow=vec dot ddot dddot "
    "check widecheck=check breve acute grave mathring=ring underline=underline underbar=underline "
    "overleftarrow=larrow overleftrightarrow=lrarrow underrightarrow=uarrow utilde=utilde"
)

RELATIONS = (
    "eq== equiv=≡ approx=≈ approxeq=≈ thickapprox=≈ simeq=≃ cong=≅ sim=∼ thicksim=∼ propto=∝ "
    "varpropto=∝ leftarrow=← gets=← longleftarrow=← rightarrow=→ to=→ longrightarrow=→ mapsto=↦ "
    "longmapsto=↦ leadsto=→ rightsquigarrow=→ hookrightarrow=→ le=≤ leq=≤ leqslant=≤ ge=≥ geq=≥ "
    "geqslant=≥ lt=< gt=> ll=≪ gg=≫ ne=≠ neq=≠ in=∈ notin=∉ ni=∋ subset=⊂ subseteq=⊆ supset=⊃ "
    "supseteq=⊇ coloneqq=:= coloneq=:= triangleq=:= defeq=:= eqdef=:= doteq=:= eqqcolon==: mid=∣ "
    "nmid=∤ perp=⊥ parallel=∥ lesssim=≲ gtrsim=≳ prec=≺ succ=≻ preceq=⪯ succeq=⪰ asymp=≍ models=⊨ "
    "vdash=⊢ leftrightarrow=↔ longleftrightarrow=↔ rightleftharpoons=⇌ uparrow=↑ downarrow=↓ "
    "nearrow=↗ searrow=↘ lessgtr=≶ colon=: Coloneqq=:= risingdotseq=≈ fallingdotseq=≈ questeq=?="
)

ARROWS = (
    "Rightarrow=⇒ implies=⇒ Longrightarrow=⇒ Leftarrow=⇐ impliedby=⇐ Longleftarrow=⇐ "
    "Leftrightarrow=⇔ iff=⇔ Longleftrightarrow=⇔ therefore=∴ because=∵ land=and wedge=and "
    "lor=or vee=or Downarrow=⇒"
)

OPERATORS = (
    "cdot=· cdotp=· times=× ast=* odot=⊙ circ=∘ otimes=⊗ star=⋆ bullet=· div=÷ oplus=⊕ ominus=⊖ "
    "pm=± mp=∓ setminus=∖ backslash=∖ cap=∩ cup=∪ bmod=mod diamond=⋄ circledast=⊛ boxtimes=⊠ "
    "slash=/ centerdot=· sqcup=⊔ dagger=† ddagger=‡ rtimes=⋊ ltimes=⋉ uplus=⊎"
)

BIG_OPERATORS = (
    "sum=Σ prod=Π int=∫ intop=∫ iint=∬ iiint=∭ oint=∮ oiint=∮ bigcup=⋃ bigcap=⋂ max min sup inf "
    "lim argmax argmin coprod=∐ limsup liminf bigoplus=⨁ bigotimes=⨂ bigodot=⨀ bigwedge=⋀ "
    "bigvee=⋁ argmin argmax smallint=∫ varlimsup=limsup varliminf=liminf"
)

STYLES = (
    "mathbf=bold boldsymbol=bold bm=bold bf=bold pmb=bold bold=bold mathbfit=bold symbf=bold "
    "boldmath=bold mathcal=cal mathscr=cal cal=cal scr=cal mathbb=bb Bbb=bb mathds=bb mathbbm=bb "
    "mathfrak=frak frak=frak mathtt=tt tt=tt mathsf=sf sf=sf mathit=it it=it mathnormal=it "
    "mathrm=rm rm=rm symbfit=bold vb=bold vb*=bold va=bold v=bold mathsfit=sf boldsymbol*=bold"
)

COMMANDS: dict[str, Command] = {
    **_rows("name", GREEK),
    **_rows("func", " ".join(sorted(f for f in FUNCTIONS if f not in ("vec", "div", "span")))),
    **_rows("accent", ACCENTS),
    **_rows("rel", RELATIONS),
    **_rows("arrow", ARROWS),
    **_rows("op", OPERATORS),
    **_rows("big", BIG_OPERATORS),
    **_rows("style", STYLES),
    **_rows("dots", "dots ldots cdots vdots ddots dotsc dotsb dotsm dotsi dotso iddots hdots"),
    **_rows("gap", "quad qquad hfill newline=row"),
    **_rows("space", "displaystyle textstyle scriptstyle scriptscriptstyle limits nolimits"),
    **_rows(
        "space", "thinspace enspace enskip medspace thickspace negthinspace nobreak allowbreak"
    ),
    **_rows("space", "tiny small normalsize large Large LARGE huge Huge footnotesize scriptsize"),
    **_rows("space", "nonumber notag noindent centering hline hfil mathstrut strut relax null"),
    **_rows(
        "space", "toprule midrule bottomrule bigstrut displaylimits protect ensuremath nolinebreak"
    ),
    **_rows(
        "space", "mathop mathbin mathrel mathord mathopen mathclose mathpunct mathinner leavevmode"
    ),
    **_rows(
        "space", "boxed fbox cancel bcancel xcancel sout vphantom=vphantom smash rlap llap clap"
    ),
    **_rows("space", "mathclap mathllap mathrlap hbar= left= right="),
    **_rows(
        "skip", "label tag tag* ref eqref color hspace hspace* vspace vspace* phantom hphantom", 1
    ),
    **_rows("skip", "vphantom cite kern mkern mskip hskip require arraystretch index footnote", 1),
    **_rows("skip", "textcolor colorbox class cssId style href bbox htmlClass htmlId htmlStyle", 1),
    **_rows("skip", "fcolorbox raisebox setlength", 2),
    **_rows(
        "size", "big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm Bigm biggm"
    ),
    **_rows("size", "Biggm middle"),
    **_rows("open", "langle=⟨ lang=⟨ lbrace={ lbrack=[ lfloor=⌊ lceil=⌈ lvert=| lVert=‖ lparen=("),
    **_rows("close", "rangle=⟩ rang=⟩ rbrace=} rbrack=] rfloor=⌋ rceil=⌉ rvert=| rVert=‖ rparen=)"),
    **_rows("bar", "vert=| Vert=‖"),
    **_rows("cmd", "frac dfrac=frac tfrac=frac cfrac=frac nicefrac=frac sfrac=frac flatfrac=frac"),
    **_rows("cmd", "sqrt root binom dbinom=binom tbinom=binom choose over atop"),
    **_rows("cmd", "dv derivative=dv odv=dv pdv partialderivative=pdv pd=pdv pfrac=pdv"),
    **_rows("cmd", "underbrace overbrace underset overset stackrel=overset underparen=underbrace"),
    **_rows("cmd", "xrightarrow xRightarrow=xrightarrow xlongequal xleftarrow substack not"),
    **_rows("cmd", "underbracket=underbrace overbracket=overbrace overparen=overbrace"),
    **_rows("cmd", "norm abs=absolute mathbbold=style ket bra braket pmod mod expval=expect"),
    **_rows("cmd", "bigl= sideset middle xmapsto=xrightarrow operatornamewithlimits=operatorname"),
    **_rows("cmd", "set Set=set ip inner=ip"),
    "partial": Command("del", "∂"),
    "part": Command("del", "∂"),
    "nabla": Command("nabla", "∇"),
    "grad": Command("nabla", "∇"),
    "dd": Command("upright-d", "d"),
    "diff": Command("upright-d", "d"),
    "differentialD": Command("upright-d", "d"),
    "prime": Command("prime", "1"),
    "dprime": Command("prime", "2"),
    "top": Command("name", "⊤"),
    "intercal": Command("name", "⊤"),
    "transpose": Command("name", "⊤"),
    "trans": Command("name", "⊤"),
    "dag": Command("op", "†"),
    "forall": Command("quantifier", "∀"),
    "exists": Command("quantifier", "∃"),
    "neg": Command("op", "¬"),
    "lnot": Command("op", "¬"),
    "E": Command("expectation", "E"),
    "bra": Command("open", "⟨"),
    "ket": Command("close", "⟩"),
    "Pr": Command("name", "Pr"),
    "vdot": Command("op", "·"),
    "cross": Command("op", "×"),
    "var": Command("func", "var"),
    "div": Command("op", "÷"),
    "bigl": Command("size", "bigl"),
    "middle": Command("size", "middle"),
    "newline": Command("row", ""),
    "cr": Command("row", ""),
    "tabularnewline": Command("row", ""),
    "colon": Command("sep", ":"),
    "ldotp": Command("sep", "."),
    "pounds": Command("name", "£"),
    "vert": Command("bar", "|"),
    "Vert": Command("bar", "‖"),
    "bigstar": Command("name", "★"),
    "S": Command("name", "§"),
    "surd": Command("cmd", "surd"),
    "textbackslash": Command("op", "∖"),
    "lbrace": Command("open", "{"),
    "rbrace": Command("close", "}"),
    "l": Command("name", "ł"),
    "exponentialE": Command("name", "e"),
    "imaginaryI": Command("name", "i"),
    "tanh": Command("func", "tanh"),
    "limits": Command("space", ""),
}

TEXT_COMMANDS = word_set(
    "text textrm textbf textit textsf texttt textnormal mbox hbox emph textsc textup textmd "
    "underline_text intertext shortintertext"
)
"""Their argument is prose, not mathematics."""

UPRIGHT_COMMANDS = word_set("mathrm operatorname operatorname* rm mathop symup mathup")
"""Their argument is a word when it holds letters only."""

CHARACTERS: dict[str, tuple[str, str]] = {
    "+": ("op", "+"),
    "-": ("op", "-"),
    "−": ("op", "-"),
    "–": ("op", "-"),
    "—": ("op", "-"),
    "±": ("op", "±"),
    "∓": ("op", "∓"),
    "*": ("op", "*"),
    "∗": ("op", "*"),
    "⋆": ("op", "⋆"),
    "·": ("op", "·"),
    "⋅": ("op", "·"),
    "∙": ("op", "·"),
    "•": ("op", "·"),
    "・": ("op", "·"),
    "×": ("op", "×"),
    "✕": ("op", "×"),
    "÷": ("op", "÷"),
    "@": ("op", "@"),
    "/": ("op", "/"),
    "∕": ("op", "/"),
    "⁄": ("op", "/"),
    "⊙": ("op", "⊙"),
    "∘": ("op", "∘"),
    "○": ("op", "∘"),
    "⊗": ("op", "⊗"),
    "⊕": ("op", "⊕"),
    "∪": ("op", "∪"),
    "∩": ("op", "∩"),
    "∖": ("op", "∖"),
    "†": ("op", "†"),
    "¬": ("op", "¬"),
    "=": ("rel", "="),
    "≔": ("rel", ":="),
    "≜": ("rel", ":="),
    "≝": ("rel", ":="),
    "≡": ("rel", "≡"),
    "≈": ("rel", "≈"),
    "≃": ("rel", "≃"),
    "≅": ("rel", "≅"),
    "∼": ("rel", "∼"),
    "∝": ("rel", "∝"),
    "←": ("rel", "←"),
    "→": ("rel", "→"),
    "⟶": ("rel", "→"),
    "↦": ("rel", "↦"),
    "↔": ("rel", "↔"),
    "≤": ("rel", "≤"),
    "⩽": ("rel", "≤"),
    "≥": ("rel", "≥"),
    "⩾": ("rel", "≥"),
    "<": ("rel", "<"),
    ">": ("rel", ">"),
    "≪": ("rel", "≪"),
    "≫": ("rel", "≫"),
    "≠": ("rel", "≠"),
    "∈": ("rel", "∈"),
    "∉": ("rel", "∉"),
    "⊂": ("rel", "⊂"),
    "⊆": ("rel", "⊆"),
    "⊥": ("name", "⊥"),
    "⊤": ("name", "⊤"),
    "⇒": ("arrow", "⇒"),
    "⟹": ("arrow", "⇒"),
    "⇐": ("arrow", "⇐"),
    "⇔": ("arrow", "⇔"),
    "⟺": ("arrow", "⇔"),
    "∴": ("arrow", "∴"),
    "∵": ("arrow", "∵"),
    "∧": ("arrow", "and"),
    "∨": ("arrow", "or"),
    "(": ("open", "("),
    "[": ("open", "["),
    "⟨": ("open", "⟨"),
    "〈": ("open", "⟨"),
    "⌊": ("open", "⌊"),
    "⌈": ("open", "⌈"),
    ")": ("close", ")"),
    "]": ("close", "]"),
    "⟩": ("close", "⟩"),
    "〉": ("close", "⟩"),
    "⌋": ("close", "⌋"),
    "⌉": ("close", "⌉"),
    "{": ("{", "{"),
    "}": ("}", "}"),
    "^": ("^", "^"),
    "_": ("_", "_"),
    "&": ("&", "&"),
    "'": ("prime", "1"),
    "′": ("prime", "1"),
    "’": ("prime", "1"),
    "″": ("prime", "2"),
    "‴": ("prime", "3"),
    ",": ("sep", ","),
    ";": ("sep", ";"),
    ":": ("sep", ":"),
    ".": ("sep", "."),
    "、": ("sep", ","),
    "。": ("sep", "."),
    "|": ("bar", "|"),
    "∣": ("bar", "|"),
    "∥": ("bar", "‖"),
    "‖": ("bar", "‖"),
    "!": ("bang", "!"),
    "?": ("question", "?"),
    "…": ("dots", "…"),
    "⋯": ("dots", "…"),
    "⋮": ("dots", "…"),
    "⋱": ("dots", "…"),
    "∂": ("del", "∂"),
    "∇": ("nabla", "∇"),
    "∑": ("big", "Σ"),
    "∏": ("big", "Π"),
    "∫": ("big", "∫"),
    "∬": ("big", "∬"),
    "∮": ("big", "∮"),
    "√": ("cmd", "surd"),
    "∀": ("quantifier", "∀"),
    "∃": ("quantifier", "∃"),
    "∞": ("name", "∞"),
    "∅": ("name", "∅"),
    "ℓ": ("name", "ℓ"),
    "ℒ": ("name", "L"),
    "~": ("space", ""),
    "$": ("space", ""),
    "%": ("percent", "%"),
    "°": ("name", "°"),
}

ROW_ENVIRONMENTS = word_set(
    "align aligned alignat alignedat flalign split gather gathered equation eqnarray multline "
    "displaymath math eqnarray* align* gather* equation* flalign* alignat* multline* multlined "
    "IEEEeqnarray dmath subequations breakable darray empheq"
)
"""Environments whose rows are statements."""

MATRIX_BRACKETS = {
    "matrix": "",
    "smallmatrix": "",
    "array": "",
    "pmatrix": "(",
    "bmatrix": "[",
    "Bmatrix": "{",
    "vmatrix": "|",
    "Vmatrix": "‖",
    "psmallmatrix": "(",
    "bsmallmatrix": "[",
    "tabular": "",
    "subarray": "",
}

CASE_ENVIRONMENTS = frozenset(("cases", "dcases", "rcases", "drcases", "numcases"))

EQUALITIES = frozenset(("=", ":=", "=:", "≡", "≈", "∝", "←", "+=", "-=", "≃", "≅", "?="))
"""Relations that state what something equals, or nearly so."""
