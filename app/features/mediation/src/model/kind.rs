//! What a dispute is about, who is who in it, and what is said about both.

use shared::coded;

coded! {
    /// What a dispute is about.
    Kind {
        Neighbours = "neighbours", "邻里纠纷";
        Parking = "parking", "停车纠纷";
        Noise = "noise", "噪声纠纷";
        Property = "property", "物业纠纷";
        Family = "family", "婚姻家庭纠纷";
        House = "house", "房屋和宅基地纠纷";
        Money = "money", "借款和债务纠纷";
        Damage = "damage", "损害赔偿纠纷";
        Work = "work", "劳动和报酬纠纷";
        Other = "other", "其他纠纷";
    }

    /// As what somebody is named in a case.
    Part {
        Applicant = "applicant", "申请人";
        Respondent = "respondent", "对方当事人";
        Mediator = "mediator", "调解员";
    }

    /// Why a mediator has nothing to do with it any more.
    Left {
        Objected = "objected", "当事人不同意";
        Aside = "aside", "自己回避";
    }

    /// How the other side was asked.
    How {
        Notice = "notice", "站内消息";
        Phone = "phone", "打电话";
        Visit = "visit", "当面问";
    }

    /// In what form they agreed.
    Shape {
        Written = "written", "书面协议";
        Oral = "oral", "口头协议";
    }

    /// How far a clause is kept.
    Kept {
        Kept = "kept", "已经履行";
        Partly = "partly", "履行了一部分";
        Not = "not", "没有履行";
    }

    /// Where it goes on if not here.
    Door {
        Court = "court", "人民法院（诉讼）";
        Arbitration = "arbitration", "仲裁机构（仲裁）";
        Authority = "authority", "行政机关（申请处理）";
        Police = "police", "110（报警）";
        LegalAid = "legal_aid", "12348（法律援助）";
        Elsewhere = "elsewhere", "别的单位（写在说明里）";
    }

    /// Who of those named sees a step.
    Seen {
        Parties = "parties", "各方可见";
        /// Mediators, and whoever took it.
        Staff = "staff", "调解员和经办人可见";
    }
}
