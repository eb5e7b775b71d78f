<?php
/**
 * The box on the classic checkout, and what happens when it is ticked.
 *
 * @package Askback_Companion
 */

defined( 'ABSPATH' ) || exit;

/**
 * The address is read only behind a ticked box; unticked again, it is forgotten.
 */
class Askback_Checkout {

	const ACTION = 'askback_companion_contact';

	/**
	 * WordPress gives all guests one nonce. Those that begin like this WooCommerce binds to each
	 * guest's own session (WC_Session_Handler::maybe_update_nonce_user_logged_out).
	 */
	const NONCE = 'woocommerce-askback-companion';

	/**
	 * What is remembered of the shopper.
	 *
	 * @var Askback_State
	 */
	private $state;

	/**
	 * What the merchant decided.
	 *
	 * @var Askback_Settings
	 */
	private $settings;

	/**
	 * Keep the two.
	 *
	 * @param Askback_State    $state    What is remembered.
	 * @param Askback_Settings $settings What the merchant decided.
	 */
	public function __construct( $state, $settings ) {
		$this->state    = $state;
		$this->settings = $settings;
	}

	/**
	 * Take our places. These belong to the classic checkout alone.
	 */
	public function hook() {
		add_action( 'woocommerce_after_checkout_billing_form', array( $this, 'render' ) );
		add_action( 'wc_ajax_' . self::ACTION, array( $this, 'contact' ) );
	}

	/**
	 * The box, and the script that listens to it.
	 */
	public function render() {
		$this->state->begin();
		$this->enqueue();
		$id = 'askback-consent';
		printf(
			'<p class="form-row form-row-wide"><label for="%1$s" class="checkbox"><input type="checkbox" id="%1$s" class="input-checkbox" value="1" %2$s> <span>%3$s</span></label></p>',
			esc_attr( $id ),
			checked( '' !== $this->state->all()['email'], true, false ),
			wp_kses_post( $this->settings->consent_text() )
		);
	}

	/**
	 * The script knows where to and by which nonce.
	 */
	private function enqueue() {
		wp_enqueue_script( 'askback-companion', plugins_url( 'assets/checkout.js', ASKBACK_COMPANION_FILE ), array(), ASKBACK_COMPANION_VERSION, true );
		wp_localize_script(
			'askback-companion',
			'askbackCompanion',
			array(
				'url'   => WC_AJAX::get_endpoint( self::ACTION ),
				'nonce' => wp_create_nonce( self::NONCE ),
			)
		);
	}

	/**
	 * The script's word: her address behind a ticked box, or that she unticked it.
	 */
	public function contact() {
		// Of the posted fields alone, which no link can bring along.
		if ( ! isset( $_POST['nonce'] ) || ! wp_verify_nonce( sanitize_key( $_POST['nonce'] ), self::NONCE ) ) {
			wp_send_json_error( null, 403 );
		}
		$agreed = isset( $_POST['consent'] ) ? sanitize_key( $_POST['consent'] ) : '';
		$email  = isset( $_POST['email'] ) ? sanitize_email( wp_unslash( $_POST['email'] ) ) : '';
		if ( '0' === $agreed ) {
			do_action( 'askback_companion_disagreed' );
		} elseif ( '1' === $agreed && is_email( $email ) ) {
			$this->state->agree( $email );
			do_action( 'askback_companion_agreed' );
		}
		wp_send_json_success();
	}
}
